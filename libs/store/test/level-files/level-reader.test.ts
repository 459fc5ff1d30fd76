import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { StorageError, nodeDisk, systemClock } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import { levelFolder } from '../../src/inspect/level-folder'
import { openLevelDatabase } from '../../src/key-value/level-database'
import type { KeyValue, KeyValueDatabase } from '../../src/key-value/key-value-database'
import { LevelReader } from '../../src/level-files/level-reader'
import { OpenFiles } from '../../src/log-file/open-files'

const temporaryFolder = useTemporaryFolders()
const ALL = { from: Buffer.alloc(0), until: Buffer.alloc(9, 0xff) }

function readerOf(folder: string): LevelReader {
  return new LevelReader(levelFolder(folder, { disk: nodeDisk, openFiles: new OpenFiles(2) }))
}

const textsOf = (reader: LevelReader, range = ALL): string[] =>
  [...reader.pairs(range)].map(({ key, value }) => `${key.toString()}=${value.toString()}`)

async function withLevel(
  folder: string,
  memoryBytes: number,
  work: (database: KeyValueDatabase) => Promise<void>,
): Promise<void> {
  const database = await openLevelDatabase(folder, {
    clock: systemClock,
    disk: nodeDisk,
    memoryBytes,
    whenDamaged: 'mend it',
    onChangesLost: jest.fn(),
  })
  await work(database)
  await database.close()
}

const keyOf = (number: number): string => `key ${String(number).padStart(2, '0')}`
const value = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc
    .tuple(fc.string({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 9000 }))
    .map(([text, n]) => text.repeat(n)),
)
const change = fc.record({ key: fc.nat(60).map(keyOf), value: fc.option(value, { freq: 4 }) })
const sessions = fc.array(fc.array(fc.array(change, { minLength: 1, maxLength: 12 }), { maxLength: 25 }), {
  minLength: 1,
  maxLength: 4,
})

test('whatever was written to LevelDB is read from its files, while it is open and afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(sessions, fc.nat(60), async (each, fromKey) => {
      const folder = path.join(temporaryFolder(), 'db')
      const expected = new Map<string, string>()
      const range = { from: Buffer.from(keyOf(fromKey)), until: Buffer.from(keyOf(99)) }
      const check = (): void => {
        const inOrder = [...expected].sort(([left], [right]) => (left < right ? -1 : 1))
        const texts = inOrder.map(([key, text]) => `${key}=${text}`)
        expect(textsOf(readerOf(folder))).toEqual(texts)
        expect(textsOf(readerOf(folder), range)).toEqual(texts.filter(text => text >= keyOf(fromKey)))
      }
      for (const batches of each) {
        await withLevel(folder, 64 * 1024, async database => {
          for (const changes of batches) {
            const batch = database.batch()
            for (const { key, value: text } of changes) {
              if (text === null) batch.remove(Buffer.from(key))
              else batch.put(Buffer.from(key), Buffer.from(text))
              if (text === null) expected.delete(key)
              else expected.set(key, text)
            }
            await batch.write()
          }
          check()
        })
        check()
      }
    }),
    { numRuns: 25 },
  )
})

/** Enough for tables of several levels, and a journal. */
async function filled(folder: string): Promise<readonly string[]> {
  const texts: string[] = []
  await withLevel(folder, 64 * 1024, async database => {
    for (let index = 0; index < 300; index += 1) {
      const batch = database.batch()
      for (let at = 0; at < 20; at += 1) {
        const key = String((index * 7919 + at * 104_729) % 100_000).padStart(5, '0')
        const text = `${index} ${at} `.repeat(10)
        batch.put(Buffer.from(key), Buffer.from(text))
        texts.push(`${key}=${text}`)
      }
      await batch.write()
    }
  })
  return [...new Map(texts.map(text => [text.slice(0, 5), text])).values()].sort()
}

test('tables of several levels are read as one', async () => {
  const folder = path.join(temporaryFolder(), 'db')
  const texts = await filled(folder)
  expect(nodeDisk.list(folder).filter(name => name.endsWith('.ldb')).length).toBeGreaterThan(2)
  const reader = readerOf(folder)
  expect(textsOf(reader)).toEqual(texts)
  const middle = texts[Math.floor(texts.length / 2)]!
  const one = { from: Buffer.from(middle.slice(0, 5)), until: Buffer.from(`${middle.slice(0, 5)}!`) }
  expect(textsOf(reader, one)).toEqual([middle])
})

test('no byte of a table or a manifest changes unseen', async () => {
  const folder = path.join(temporaryFolder(), 'db')
  const texts = await filled(folder)
  const names = nodeDisk.list(folder).filter(name => /ldb$|^MANIFEST|^CURRENT$/.test(name))
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 1, max: 255 }), (name, place, flip) => {
      const file = path.join(folder, name)
      const bytes = readFileSync(file)
      const at = place % bytes.length
      writeFileSync(file, Buffer.concat([bytes.subarray(0, at), Buffer.of(bytes[at]! ^ flip), bytes.subarray(at + 1)]))
      try {
        // What lies between the handles of a table and its magic means nothing.
        expect([texts.join(), folder]).toContain(outcomeOf(folder))
      } finally {
        writeFileSync(file, bytes)
      }
    }),
    { numRuns: 200 },
  )
})

/** What is read, or the folder that an error names. */
function outcomeOf(folder: string): string {
  try {
    const reader = readerOf(folder)
    const { tears, damages } = reader.journalState
    return [...tears, ...damages].some(text => text.startsWith(folder)) ? folder : textsOf(reader).join()
  } catch (error) {
    expect(error).toBeInstanceOf(StorageError)
    return (error as Error).message.includes(folder) ? folder : (error as Error).message
  }
}

test('a journal that is torn at its end is whole, one that is damaged before is named', async () => {
  const folder = path.join(temporaryFolder(), 'db')
  await withLevel(folder, 1024 ** 2, async database => {
    for (const key of ['a', 'b', 'c']) {
      const batch = database.batch()
      batch.put(Buffer.from(key), Buffer.from(key))
      await batch.write()
    }
  })
  const journal = path.join(
    folder,
    nodeDisk.list(folder).find(name => name.endsWith('.log'))!,
  )
  const whole = readFileSync(journal)
  const lookAt = (bytes: Buffer): unknown => {
    writeFileSync(journal, bytes)
    const reader = readerOf(folder)
    return { ...reader.journalState.damages, texts: textsOf(reader), tears: reader.journalState.tears }
  }
  const lastAt = (whole.length / 3) * 2
  const torn = lookAt(whole.subarray(0, -3))
  expect(torn).toEqual({ texts: ['a=a', 'b=b'], tears: [`${journal} ends within what begins at ${lastAt}`] })
  expect(lookAt(Buffer.concat([whole, Buffer.alloc(100)]))).toEqual({ texts: ['a=a', 'b=b', 'c=c'], tears: [] })
  expect(lookAt(Buffer.concat([whole, Buffer.alloc(100), Buffer.from('x')]))).toMatchObject({
    0: `${journal} is damaged at ${whole.length}: zeros, and more behind them`,
  })
  const bad = Buffer.from(whole)
  bad[Math.floor(whole.length / 2)]! ^= 1
  expect(lookAt(bad)).toEqual({
    0: `${journal} is damaged at ${whole.length / 3}: the CRC is another`,
    texts: ['a=a'],
    tears: [],
  })
})

test('a reader goes on when the database has other files than when it began', async () => {
  const folder = path.join(temporaryFolder(), 'db')
  const copy = path.join(temporaryFolder(), 'copy')
  const texts = await filled(folder)
  nodeDisk.makeFolder(copy)
  for (const name of nodeDisk.list(folder)) copyFileSync(path.join(folder, name), path.join(copy, name))
  const reader = readerOf(copy)
  const pairs = reader.pairs(ALL)
  const found = [pairs.next().value as KeyValue]
  await withLevel(copy, 64 * 1024, async database => {
    const batch = database.batch()
    for (const text of texts) batch.put(Buffer.from(text.slice(0, 5)), Buffer.from(text.slice(6)))
    await batch.write()
  })
  const tables = nodeDisk.list(folder).filter(name => name.endsWith('.ldb'))
  expect(tables.filter(name => !nodeDisk.exists(path.join(copy, name)))).not.toEqual([])
  found.push(...pairs)
  expect(found.map(({ key, value: bytes }) => `${key.toString()}=${bytes.toString()}`)).toEqual(texts)
})
