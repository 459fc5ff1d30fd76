import { silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { Disk } from '@rocketmq-ts/base'
import * as fc from 'fast-check'
import { createFileMessageStore } from '../../src'
import type { MessageStore, MessageStoreConfig, RetentionRule } from '../../src'
import { KeptBytes } from '../../src/cleaning/kept-bytes'
import { BATCH_ENTRY_BYTES, writeBatchEntryRest } from '../../src/consume-queue/batch-consume-queue-entry'
import { writeEntry } from '../../src/consume-queue/consume-queue-entry'
import { journalDatabaseOn } from '../key-value/journal-database'
import { STORE_HOST, SMALL, configOf, endOfTurn, get, messageOf, put, readQueue } from '../store-fixture'

const HOUR_MS = 3_600_000
const ROUND_MS = 60_000
const CONFIG: Partial<MessageStoreConfig> = {
  ...SMALL,
  flushIntervalCommitLog: 20_000,
  cleanResourceInterval: ROUND_MS,
}

type Rules = Record<string, RetentionRule>
type StoreType = MessageStoreConfig['storeType']

async function startWith(
  rules: Rules,
  disk: Disk,
  clock: FakeClock,
  storeType = 'default' as StoreType,
): Promise<MessageStore> {
  const store = createFileMessageStore(configOf({ ...CONFIG, storeType }), {
    ...{ clock, disk, log: silentLog, storeHost: STORE_HOST },
    openDatabase: journalDatabaseOn(disk),
    delayMsOfLevel: level => level * 1000,
    retentionOf: topic => rules[topic] ?? null,
  })
  await store.start()
  return store
}

interface Fixture {
  readonly store: MessageStore
  readonly disk: FaultyDisk
  readonly clock: FakeClock
  readonly rules: Rules
  /** Goes forward, and lets everything happen that was due. */
  readonly pass: (ms: number) => Promise<void>
}

async function storeWith(rules: Rules, storeType?: StoreType): Promise<Fixture> {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startWith(rules, disk.process(), clock, storeType)
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 40; turn += 1) await endOfTurn()
  }
  return { store, disk, clock, rules, pass }
}

/** `count` messages to each of the topics, numbered. */
async function putTo(store: MessageStore, topics: readonly string[], count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    for (const topic of topics) await put(store, messageOf({ topic, body: Buffer.alloc(100, index) }))
  }
}

const offsets = (store: MessageStore, topic = 'Short'): number[] => [
  store.minOffset(topic, 0),
  store.maxOffset(topic, 0),
]

test('messages that are older than their topic keeps them are no longer served; others are', async () => {
  const { store, pass } = await storeWith({ Short: { hours: 1, bytes: null } })
  await putTo(store, ['Short', 'Long'], 50)
  await pass(HOUR_MS - ROUND_MS)
  expect(offsets(store)).toEqual([0, 50])
  await putTo(store, ['Short'], 5)
  await pass(ROUND_MS)
  await pass(ROUND_MS)
  expect([offsets(store), offsets(store, 'Long')]).toEqual([
    [50, 55],
    [0, 50],
  ])
  const early = await get(store, { topic: 'Short', queueOffset: 3 })
  expect(early).toMatchObject({ status: 'OFFSET_TOO_SMALL', nextBeginOffset: 50, minOffset: 50 })
  early.release()
  expect((await readQueue(store, 'Short', 0)).map(({ body }) => body[0])).toEqual([0, 1, 2, 3, 4])
})

test('a queue keeps as many bytes of messages as its topic says, and the newest message at least', async () => {
  const { store, pass, rules } = await storeWith({ Short: { hours: null, bytes: 2000 } })
  await putTo(store, ['Short'], 50)
  await pass(ROUND_MS)
  const records = await readQueue(store, 'Short', 0)
  const recordBytes = records[0]?.recordBytes ?? 0
  expect(records.length).toBe(Math.floor(2000 / recordBytes))
  await putTo(store, ['Short'], 3)
  await pass(ROUND_MS)
  expect(offsets(store)).toEqual([53 - records.length, 53])
  rules['Short'] = { hours: null, bytes: 1 }
  await pass(ROUND_MS)
  expect(offsets(store)).toEqual([52, 53])
})

test('files of a queue go with its messages, and the queue goes on where it was', async () => {
  const { store, disk, pass } = await storeWith({ Short: { hours: 1, bytes: null } })
  await putTo(store, ['Short'], 50)
  await pass(2 * HOUR_MS)
  await pass(ROUND_MS)
  const files = [...disk.contents.keys()].filter(file => file.startsWith('/store/consumequeue/Short/0/'))
  expect([files.length, offsets(store)]).toEqual([1, [50, 50]])
  expect(await put(store, messageOf({ topic: 'Short' }))).toMatchObject({ status: 'PUT_OK', queueOffset: 50 })
})

describe.each(['default', 'kv'] as const)('with storeType=%s what has expired stays away', storeType => {
  test.each([
    ['a stop', ({ store }: Fixture) => store.stop()],
    ['a crash', () => Promise.resolve()],
    [
      'a loss of power',
      ({ disk }: Fixture) => {
        disk.losePower()
        return Promise.resolve()
      },
    ],
    [
      'a crash, and the queues are made again from the log',
      ({ disk }: Fixture) => {
        for (const name of ['consumequeue', 'checkpoint']) disk.process().remove(`/store/${name}`)
        return Promise.resolve()
      },
    ],
  ])('after %s, even if the topic keeps more by now', async (_, end) => {
    const fixture = await storeWith({ Short: { hours: 1, bytes: null } }, storeType)
    await putTo(fixture.store, ['Short', 'Long'], 45)
    await fixture.pass(2 * HOUR_MS)
    await putTo(fixture.store, ['Short', 'Long'], 5)
    await fixture.pass(ROUND_MS)
    await end(fixture)
    const restarted = await startWith({}, fixture.disk.process(), fixture.clock, storeType)
    expect([offsets(restarted), offsets(restarted, 'Long')]).toEqual([
      [45, 50],
      [0, 50],
    ])
    expect((await readQueue(restarted, 'Short', 0)).map(({ body }) => body[0])).toEqual([0, 1, 2, 3, 4])
  })
})

test('a topic that is deleted and made again shows its new messages', async () => {
  const { store, disk, clock, pass } = await storeWith({ Short: { hours: 1, bytes: null } })
  await putTo(store, ['Short'], 45)
  await pass(2 * HOUR_MS)
  await pass(ROUND_MS)
  await store.deleteTopics(['Short'])
  await putTo(store, ['Short'], 3)
  expect(offsets(store)).toEqual([0, 3])
  await pass(20_000)
  await store.stop()
  const restarted = await startWith({}, disk.process(), clock)
  expect(offsets(restarted)).toEqual([0, 3])
})

test('a log that lost its end, and what was expired with it, shows what comes then', async () => {
  const { store, disk, clock, pass } = await storeWith({ Short: { hours: 1, bytes: null } })
  await putTo(store, ['Short'], 45)
  await pass(2 * HOUR_MS)
  await pass(ROUND_MS)
  await store.stop()
  for (const folder of ['commitlog', 'consumequeue', 'checkpoint']) disk.process().remove(`/store/${folder}`)
  const restarted = await startWith({}, disk.process(), clock)
  await putTo(restarted, ['Short'], 3)
  expect([offsets(restarted), (await readQueue(restarted, 'Short', 0)).length]).toEqual([[0, 3], 3])
})

test('a file that cannot be read is no reason not to start', async () => {
  const { store, disk, clock, pass } = await storeWith({ Short: { hours: 1, bytes: null } })
  await putTo(store, ['Short'], 45)
  await pass(2 * HOUR_MS)
  await pass(ROUND_MS)
  await store.stop()
  for (const text of ['', '{', '[]', '{"floorTable":{"Short":{"0":-1}}}', '{"floorTable":{"Short":{"0":"1"}}}']) {
    disk.process().writeText('/store/config/queueRetention.json', text)
    const restarted = await startWith({}, disk.process(), clock)
    expect(offsets(restarted)).toEqual([40, 45])
    await restarted.stop()
  }
})

test('queues that are empty because their topic keeps less are not taken for queues of which nothing is left', async () => {
  const { store, pass } = await storeWith({ Short: { hours: 1, bytes: null } })
  await putTo(store, ['Short'], 5)
  await pass(2 * HOUR_MS)
  await pass(ROUND_MS)
  expect(offsets(store)).toEqual([5, 5])
  await store.deleteExpiredQueues(['Short'])
  expect(store.topics()).toEqual(['Short'])
})

test('the bytes that are counted are those of the messages, however a queue grows and shrinks', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 8 })
  const steps = fc.array(fc.record({ sizes, trimmed: fc.nat(10), bytesMax: fc.nat(200) }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(steps, async all => {
      const kept = new KeptBytes()
      const messageBytes: number[] = []
      let minOffset = 0
      for (const { sizes: more, trimmed, bytesMax } of all) {
        messageBytes.push(...more)
        minOffset = Math.min(messageBytes.length, minOffset + trimmed)
        const queueOffset = await kept.offsetOf(queueOf(messageBytes, minOffset), bytesMax)
        let expected = minOffset
        const bytesFrom = (from: number): number => messageBytes.slice(from).reduce((sum, bytes) => sum + bytes, 0)
        while (bytesFrom(expected) > bytesMax && expected < messageBytes.length - 1) expected += 1
        expect(queueOffset).toBe(expected)
        minOffset = queueOffset
      }
    }),
  )
})

test('of batches that are stored as one record none is kept in part', async () => {
  const batches = [
    { messageBytes: 100, baseOffset: 0, messageCount: 3 },
    { messageBytes: 200, baseOffset: 3, messageCount: 2 },
    { messageBytes: 300, baseOffset: 5, messageCount: 4 },
  ]
  const bytes = Buffer.alloc(batches.length * BATCH_ENTRY_BYTES)
  for (const [index, { messageBytes, baseOffset, messageCount }] of batches.entries()) {
    const entry = bytes.subarray(index * BATCH_ENTRY_BYTES)
    writeEntry(entry, 0, 1, messageBytes, 0)
    writeBatchEntryRest(entry, { storeTimestamp: 1, baseOffset, messageCount })
  }
  const entriesInMemory = (queueOffset: number) => {
    const first = batches.findIndex(({ baseOffset, messageCount }) => queueOffset < baseOffset + messageCount)
    return { bytes, at: first * BATCH_ENTRY_BYTES, entryCount: batches.length - first, isOfBatches: true }
  }
  const queue = { minOffset: 0, maxOffset: 9, entriesInMemory, readEntries: () => Promise.resolve(null) }
  const offsetOf = (bytesMax: number): Promise<number> => new KeptBytes().offsetOf(queue, bytesMax)
  expect(await Promise.all([offsetOf(600), offsetOf(500), offsetOf(499), offsetOf(1)])).toEqual([0, 3, 5, 5])
})

/** Gives three entries at a time, from the disk. */
function queueOf(messageBytes: readonly number[], minOffset: number) {
  return {
    minOffset,
    maxOffset: messageBytes.length,
    entriesInMemory: () => null,
    readEntries: (queueOffset: number) => {
      const few = messageBytes.slice(queueOffset, queueOffset + 3)
      const bytes = Buffer.alloc(few.length * 20)
      few.forEach((size, index) => writeEntry(bytes, index * 20, 1, size, 0))
      return Promise.resolve(queueOffset < minOffset ? null : { bytes, at: 0, entryCount: few.length })
    },
  }
}
