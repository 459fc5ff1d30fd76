import { readFileSync, statSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { createFileMessageStore, createTableKeeper, inspectStore, reportText } from '../../src'
import type { KeptTable, MessageStore, StoreReport } from '../../src'
import { ALL_QUEUES, numberOfKey, queueKey, runsOf } from '../../src/consume-queue-kv/queue-records'
import { openLevelDatabase } from '../../src/key-value/level-database'
import type { KeyValueDatabase } from '../../src/key-value/key-value-database'
import { SMALL, STORE_HOST, configOf, messageOf, put, taggedMessage } from '../store-fixture'
import { NoteTable } from '../tables/note-table'

const temporaryFolder = useTemporaryFolders()

function openStore(folder: string): MessageStore {
  const at = { storePathRootDir: folder, storeType: 'kv' } as const
  const config = configOf({ ...SMALL, consumeQueueTailBytes: 1024 ** 2, ...at })
  const deps = { disk: nodeDisk, log: silentLog, storeHost: STORE_HOST, delayMsOfLevel: () => 0 }
  return createFileMessageStore(config, { ...deps, clock: systemClock })
}

/** A store with its queues in LevelDB. */
async function filled(): Promise<{ folder: string; store: MessageStore }> {
  const folder = path.join(temporaryFolder(), 'store')
  const store = openStore(folder)
  await store.start()
  for (let index = 0; index < 300; index += 1) {
    const body = Buffer.from(`${index}:`.padEnd(250, 'x'))
    await put(store, taggedMessage(`tag${index % 3}`, { body, queueId: index % 2 }))
  }
  await put(store, messageOf({ topic: 'TopicB' }))
  return { folder, store }
}

async function stopped(): Promise<string> {
  const { folder, store } = await filled()
  await store.stop()
  return folder
}

function look(folder: string): StoreReport {
  return inspectStore(
    { folder, commitLogFolders: [], isThorough: true, problemCountMax: 10 },
    { disk: nodeDisk, onProgress: () => undefined },
  )
}

async function inDatabase(folder: string, work: (database: KeyValueDatabase) => Promise<void>): Promise<void> {
  const memory = { memoryBytes: 1024 ** 2, whenDamaged: 'mend it', onChangesLost: jest.fn() }
  const options = { ...memory, clock: systemClock, disk: nodeDisk }
  const database = await openLevelDatabase(folder, options)
  await work(database)
  await database.close()
}

/** All files with their bytes and times. */
function stateOf(folder: string): readonly unknown[] {
  return nodeDisk.list(folder).flatMap(name => {
    const file = path.join(folder, name)
    const { mtimeMs, ctimeMs } = statSync(file)
    const content = nodeDisk.isFolder(file) ? stateOf(file) : readFileSync(file).toString('base64')
    return [name, mtimeMs, ctimeMs, content]
  })
}

const textsOf = ({ problems }: StoreReport): string => problems.map(({ text }) => text).join('\n')

test('queues in a database are looked into, and nothing in the store is touched', async () => {
  const folder = await stopped()
  const before = stateOf(folder)
  const report = look(folder)
  expect(report.problems).toEqual([])
  expect(report.queues).toMatchObject({ areInDatabase: true, topicCount: 2, queueCount: 3, matchedCount: 301 })
  expect(report.checkpoint?.logicsPhysicalOffset).toBeGreaterThan(0)
  expect(stateOf(folder)).toEqual(before)
  expect(reportText(report, { topic: 'TopicA' })).toContain('  TopicA queue 1: 0 to 150')
})

test('the database of a running broker is looked into', async () => {
  const { folder, store } = await filled()
  const report = look(folder)
  expect(report.problems).toEqual([])
  expect(report).toMatchObject({ isHealthy: true, wasStopped: false })
  expect(report.queues.matchedCount + report.queues.pendingRecordCount).toBe(301)
  await store.stop()
})

test('entries that the database lacks, and a queue that is not in it, are named', async () => {
  const folder = await stopped()
  await inDatabase(path.join(folder, 'consumequeue-kv/db'), async database => {
    const batch = database.batch()
    for (const { key, value } of await database.read(ALL_QUEUES[0]!, { countMax: 10, bytesMax: 10_000 })) {
      const number = numberOfKey(key)
      if (value.toString('utf8', 36) === 'TopicB') batch.remove(queueKey(number, false))
      else if (value.readInt32BE(0) === 1) await database.removeRange(runsOf(number))
    }
    await batch.write()
  })
  writeTopics(folder, '{"topicConfigTable":{"TopicB":{"readQueueNums":1}}}')
  const texts = textsOf(look(folder))
  expect(texts).toContain('TopicA queue 1 in the database lacks its entries from 0 to 150')
  expect(texts).toContain('the log has 1 messages of TopicB queue 0, which is not on the disk: it is lost')
})

function writeTopics(folder: string, text: string): void {
  nodeDisk.makeFolder(path.join(folder, 'config'))
  writeFileSync(path.join(folder, 'config/topics.json'), text)
}

test('a database that cannot be read is named, and what it may have is not missed', async () => {
  const folder = await stopped()
  const database = path.join(folder, 'consumequeue-kv/db')
  const journal = nodeDisk.list(database).find(name => name.endsWith('.log'))!
  flip(path.join(database, journal), 40)
  expect(look(folder)).toMatchObject({ isHealthy: false, problemCountByKind: { database: 1 } })
  expect(textsOf(look(folder))).toMatch(/\.log is damaged at 0: the CRC is another: a broker that opens it loses/)
  await expect(openStore(folder).start()).rejects.toThrow(/damaged at 0.*made again from the CommitLog/)
  nodeDisk.remove(path.join(database, 'CURRENT'))
  const report = look(folder)
  expect(report.problemCountByKind).toEqual({ database: 1 })
  expect(textsOf(report)).toMatch(/consumequeue-kv\/db cannot be read: there is no file .*CURRENT/)
})

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at]! ^= 1
  writeFileSync(file, bytes)
}

/** A table of the config folder in a database, as the broker keeps it. */
async function keep(folder: string, name: string, notes: Readonly<Record<string, string>>): Promise<void> {
  const table = new NoteTable()
  for (const [key, note] of Object.entries({ born: '{}', ...notes })) table.put(key, note)
  const encodeEntry = (key: string): string | null => table.notes.get(key) ?? null
  const kept = Object.create(table, { name: { value: name }, encodeEntry: { value: encodeEntry } }) as KeptTable
  const deps = { clock: systemClock, disk: nodeDisk, log: silentLog }
  const keeper = createTableKeeper('kv', path.join(folder, 'config'), kept, deps)
  await keeper.load()
  await keeper.save()
  await keeper.close()
}

test('tables in databases are counted, what cannot be read of them is named', async () => {
  const folder = await stopped()
  await keep(folder, 'topics', { TopicA: '{"readQueueNums":2}', TopicB: '{"readQueueNums":1}' })
  await keep(folder, 'consumerOffset', { 'TopicA@GroupA': '{0:5}', 'TopicA@GroupB': '{0:' })
  const before = stateOf(folder)
  const report = look(folder)
  expect(report.tables).toEqual([
    { name: 'consumerOffset.kv', state: 'damaged', entryCount: 3 },
    { name: 'topics.kv', state: 'good', entryCount: 3 },
  ])
  expect(textsOf(report)).toMatch(/^\S+consumerOffset.kv: what it says of TopicA@GroupB cannot be read$/)
  expect(reportText(report, { topic: null })).toContain('  topics.kv good, 3 entries')
  expect(stateOf(folder)).toEqual(before)
})

test('a table that lacks an entry, or is in a file too, is named', async () => {
  const folder = await stopped()
  await keep(folder, 'topics', { TopicA: '{"readQueueNums":2}' })
  await inDatabase(path.join(folder, 'config/topics.kv'), async database => {
    const batch = database.batch()
    batch.remove(Buffer.from('eTopicA'))
    await batch.write()
  })
  expect(textsOf(look(folder))).toMatch(/topics.kv has 1 entries, which are not those that were written to it/)
  writeTopics(folder, '{}')
  expect(textsOf(look(folder))).toMatch(/topics.json and topics.kv both have the table/)
})

test('what a file has is served: a database beside it is left over', async () => {
  const folder = await stopped()
  nodeDisk.makeFolder(path.join(folder, 'consumequeue/TopicC/0'))
  const report = look(folder)
  expect(report.queues.areInDatabase).toBe(false)
  expect(report.notes).toContainEqual(expect.stringContaining('consumequeue-kv is left over'))
})
