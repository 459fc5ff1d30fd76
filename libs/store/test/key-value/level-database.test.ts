import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { StorageError, nodeDisk, systemClock } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { findValue, keyValuePairs } from '../../src/key-value/key-value-pairs'
import { openLevelDatabase } from '../../src/key-value/level-database'

const OPTIONS = {
  clock: systemClock,
  disk: nodeDisk,
  memoryBytes: 1024 ** 2,
  whenDamaged: 'mend it',
  onChangesLost: jest.fn(),
}
const MODULES = path.resolve(__dirname, '../../../../node_modules')
const temporaryFolder = useTemporaryFolders()

test('a database that does not open says what to do', async () => {
  const folder = path.join(temporaryFolder(), 'db')
  nodeDisk.makeFolder(folder)
  nodeDisk.writeText(path.join(folder, 'CURRENT'), 'nonsense')
  await expect(openLevelDatabase(folder, OPTIONS)).rejects.toThrow(/cannot open .*db: .*If it is damaged, mend it/)
})

test('a batch of very many changes happens as a whole, and others have their turns while it is handed over', async () => {
  const folder = path.join(temporaryFolder(), 'db')
  const keyOf = (number: number): Buffer => Buffer.from(`key ${number}`)
  const database = await openLevelDatabase(folder, OPTIONS)
  const first = database.batch()
  first.put(keyOf(-1), Buffer.from('old'))
  await first.write()
  const batch = database.batch()
  batch.remove(keyOf(-1))
  for (let number = 0; number < 2000; number += 1) batch.put(keyOf(number), Buffer.from(String(number)))
  const state = { isWritten: false }
  let turnCount = 0
  const written = batch.write().then(() => (state.isWritten = true))
  const seenMeanwhile = findValue(database, keyOf(-1))
  for (; !state.isWritten; turnCount += 1) await new Promise<void>(resolve => systemClock.endOfTurn(resolve))
  await written
  expect(turnCount).toBeGreaterThan(3)
  expect((await seenMeanwhile)?.toString()).toBe('old')
  await database.close()
  const again = await openLevelDatabase(folder, OPTIONS)
  const values: string[] = []
  const range = { from: Buffer.from('key '), until: Buffer.from('key!') }
  for await (const { value } of keyValuePairs(again, range)) values.push(value.toString())
  expect(values.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, number) => number))
  await again.close()
})

test('changes that LevelDB passes over, as its journal is damaged, are told of; a torn end is none', async () => {
  const folder = path.join(temporaryFolder(), 'db')
  const database = await openLevelDatabase(folder, OPTIONS)
  for (const key of ['a', 'b', 'c']) {
    const batch = database.batch()
    batch.put(Buffer.from(key), Buffer.from(key))
    await batch.write()
  }
  await database.close()
  const journal = path.join(
    folder,
    nodeDisk.list(folder).find(name => name.endsWith('.log'))!,
  )
  const bytes = readFileSync(journal)
  const lost = async (content: Buffer): Promise<string[]> => {
    writeFileSync(journal, content)
    const causes: string[] = []
    const onChangesLost = (cause: string): never => {
      causes.push(cause)
      throw new StorageError(cause)
    }
    const opened = await openLevelDatabase(folder, { ...OPTIONS, onChangesLost }).catch(() => null)
    await opened?.close()
    return causes
  }
  const damaged = Buffer.from(bytes)
  damaged[(bytes.length / 2) | 0]! ^= 1
  expect(await lost(damaged)).toEqual([`${journal} is damaged at ${bytes.length / 3}: the CRC is another`])
  expect(await lost(bytes.subarray(0, -1))).toEqual([])
})

test('a write that failed takes nothing with it: what was there can be read, and there is room again one day', () => {
  const folder = temporaryFolder()
  const script = path.join(folder, 'writes-without-room.js')
  const bundled = [
    '--bundle',
    '--platform=node',
    '--external:classic-level',
    '--log-level=error',
    `--outfile=${script}`,
  ]
  execFileSync(path.join(MODULES, '.bin/esbuild'), [path.join(__dirname, 'writes-without-room.ts'), ...bundled])
  // A file that would get too long is a failed write only for who does not heed the signal.
  const command = `trap '' XFSZ; exec '${process.execPath}' '${script}' '${path.join(folder, 'db')}'`
  const output = execFileSync('sh', ['-c', command], { encoding: 'utf8', env: { ...process.env, NODE_PATH: MODULES } })
  expect(JSON.parse(output)).toEqual({
    writes: ['written', 'refused', 'refused', 'written', 'written'],
    readWithoutRoom: [100_000, null],
    kept: [100_000, 1000, 1000],
  })
  expect(nodeDisk.list(path.join(folder, 'db')).filter(name => name.startsWith('room'))).toEqual([])
})
