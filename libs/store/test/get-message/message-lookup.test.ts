import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageStore } from '../../src'
import { SMALL, endOfTurn, messageOf, messagesOf, get, put, startStore } from '../store-fixture'

const START_MS = 1_700_000_000_000

/** Messages stored at START_MS + 0, 10, 10, 10, 20, …; most of them on the disk only. */
async function timed(): Promise<MessageStore> {
  const clock = new FakeClock(START_MS)
  const store = await startStore(SMALL, new FaultyDisk().process(), clock)
  for (const waitMs of [0, 10, 0, 0, 10, ...Array.from({ length: 200 }, () => 5)]) {
    clock.advance(waitMs)
    await put(store, messageOf({ body: Buffer.alloc(500) }))
  }
  clock.advance(60_000)
  await endOfTurn()
  return store
}

describe('the search by time', () => {
  test.each([
    ['LOWER', -1, 0],
    ['LOWER', 0, 0],
    ['LOWER', 5, 1],
    ['LOWER', 10, 1],
    ['LOWER', 11, 4],
    ['LOWER', 20, 4],
    ['LOWER', 1021, 205],
    ['UPPER', -1, 0],
    ['UPPER', 5, 0],
    ['UPPER', 10, 3],
    ['UPPER', 19, 3],
    ['UPPER', 20, 4],
    ['UPPER', 99_999, 204],
  ] as const)('%s of %i ms after the first message is offset %i', async (boundary, afterMs, queueOffset) => {
    const store = await timed()
    expect(await store.offsetByTime('TopicA', 0, START_MS + afterMs, boundary)).toBe(queueOffset)
  })

  test('of an unknown queue is 0', async () => {
    const store = await timed()
    expect(await store.offsetByTime('TopicB', 0, START_MS, 'LOWER')).toBe(0)
  })
})

test('store times are found for messages in memory and on the disk', async () => {
  const store = await timed()
  expect(await store.earliestStoreTimestamp('TopicA', 0)).toBe(START_MS)
  expect(await store.earliestCommitLogTimestamp()).toBe(START_MS)
  expect(await store.storeTimestampOf('TopicA', 0, 3)).toBe(START_MS + 10)
  expect(await store.storeTimestampOf('TopicA', 0, 204)).toBe(START_MS + 1020)
  expect(await store.storeTimestampOf('TopicA', 0, 205)).toBeNull()
  expect(await store.storeTimestampOf('TopicB', 0, 0)).toBeNull()
})

test('a record is read by its physical offset, and nothing where none begins', async () => {
  const store = await timed()
  for (const queueOffset of [0, 5, 204]) {
    const [message] = messagesOf(await get(store, { queueOffset, messageCountMax: 1 }))
    const record = await store.readRecord(message!.physicalOffset)
    expect(record).toHaveLength(message!.recordBytes)
    expect(await store.readRecord(message!.physicalOffset + 1)).toBeNull()
  }
  expect(await store.readRecord(store.maxPhysicalOffset)).toBeNull()
  expect(await store.readRecord(10 ** 12)).toBeNull()
})

test('a record longer than one read is whole', async () => {
  const store = await startStore(SMALL, new FaultyDisk().process())
  const body = Buffer.alloc(12_000, 7)
  const { physicalOffset, storedBytes } = await put(store, messageOf({ body }))
  expect(await store.readRecord(physicalOffset)).toHaveLength(storedBytes)
  await put(store, messageOf({ body }))
  await put(store, messageOf({ body }))
  await put(store, messageOf({ body }))
  expect(await store.readRecord(physicalOffset)).toHaveLength(storedBytes)
})

test('what lies near the end of the log counts as in memory', async () => {
  const store = await timed()
  expect(store.isInMemory('TopicA', 0, 0)).toBe(true)
  expect(store.isInMemory('TopicA', 0, 205)).toBe(false)
  expect(store.isInMemory('TopicB', 0, 0)).toBe(false)
})

test('a record is in memory as long as the hot tail has it, and as it lies in the log', async () => {
  const store = await startStore(SMALL, new FaultyDisk().process(), new FakeClock(START_MS))
  const oldest = await put(store, messageOf({ body: Buffer.alloc(500) }))
  for (let count = 0; count < 200; count += 1) await put(store, messageOf({ body: Buffer.alloc(500) }))
  const newest = await put(store, messageOf({ body: Buffer.from('newest') }))
  await endOfTurn()
  const record = store.recordInMemory(newest.physicalOffset, newest.storedBytes)
  expect(record).toEqual(await store.readRecord(newest.physicalOffset))
  expect(store.recordInMemory(newest.physicalOffset, newest.storedBytes + 1)).toBeNull()
  expect(store.recordInMemory(oldest.physicalOffset, oldest.storedBytes)).toBeNull()
})
