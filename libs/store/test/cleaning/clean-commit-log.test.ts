import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageStore, MessageStoreConfig, MessageToStore } from '../../src'
import { SMALL, endOfTurn, get, messageOf, messagesOf, put, readQueue, startStore } from '../store-fixture'

const HOUR_MS = 3_600_000
const ROUND_MS = 60_000
const FLUSH_MS = 20_000
const FILE_BYTES = 16 * 1024

/** Five to a file of the CommitLog. */
const large = (index: number): MessageToStore => messageOf({ body: Buffer.alloc(3000, index) })
const MESSAGE_COUNT = 47
const FILE_COUNT = 10

const CONFIG: Partial<MessageStoreConfig> = {
  ...SMALL,
  flushIntervalCommitLog: FLUSH_MS,
  flushIntervalConsumeQueue: FLUSH_MS,
  cleanResourceInterval: ROUND_MS,
  deleteCommitLogFilesInterval: 0,
  fileReservedTime: 1,
}

interface Fixture {
  readonly store: MessageStore
  readonly disk: FaultyDisk
  readonly clock: FakeClock
  /** How many files the CommitLog has on the disk. */
  readonly fileCount: () => number
  /** Goes forward, and lets everything happen that was due. */
  readonly pass: (ms: number) => Promise<void>
  readonly passTo: (hour: number, minute?: number) => Promise<void>
}

/** It is half past two at night, and all that was put is on the disk. */
async function filledStore(values: Partial<MessageStoreConfig> = {}): Promise<Fixture> {
  const disk = new FaultyDisk()
  const clock = new FakeClock(new Date(2026, 0, 31, 2, 30).getTime())
  disk.nowMs = () => clock.nowMs()
  const store = await startStore({ ...CONFIG, ...values }, disk.process(), clock)
  for (let index = 0; index < MESSAGE_COUNT; index += 1) await put(store, large(index))
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 30; turn += 1) {
      await endOfTurn()
      clock.advance(0)
    }
  }
  await pass(2 * FLUSH_MS)
  const fileCount = (): number => [...disk.contents.keys()].filter(file => file.startsWith('/store/commitlog/')).length
  const passTo = async (hour: number, minute = 0): Promise<void> => {
    await pass(new Date(2026, 0, 31, hour, minute).getTime() - clock.nowMs() - ROUND_MS)
    await pass(ROUND_MS)
  }
  return { store, disk, clock, pass, passTo, fileCount }
}

async function numbersIn(store: MessageStore): Promise<(number | undefined)[]> {
  return (await readQueue(store, 'TopicA', 0)).map(({ body }) => body[0])
}

test('files that nobody has written to for long enough go, at the hour that is named', async () => {
  const { store, passTo, pass, fileCount } = await filledStore()
  await passTo(3, 59)
  expect([fileCount(), store.minPhysicalOffset]).toEqual([FILE_COUNT, 0])
  await passTo(4, 1)
  expect([fileCount(), store.minPhysicalOffset]).toEqual([1, 9 * FILE_BYTES])
  expect(await numbersIn(store)).toEqual([45, 46])
  await pass(24 * HOUR_MS)
  expect(fileCount()).toBe(1)
})

test('files that are not old enough stay', async () => {
  const { store, pass, passTo, fileCount } = await filledStore()
  await passTo(3, 30)
  for (let index = 0; index < 15; index += 1) await put(store, large(index))
  await passTo(4, 1)
  await pass(ROUND_MS)
  expect([fileCount(), store.minPhysicalOffset]).toEqual([4, 9 * FILE_BYTES])
})

test('a pull before the new beginning is told where the queue begins, and one from there is served', async () => {
  const { store, passTo } = await filledStore({ deleteFileBatchMax: 8 })
  await passTo(4, 0)
  expect(store.minOffset('TopicA', 0)).toBe(40)
  const answer = await get(store, { queueOffset: 3 })
  expect(answer).toMatchObject({ status: 'OFFSET_TOO_SMALL', nextBeginOffset: 40, minOffset: 40, maxOffset: 47 })
  answer.release()
  expect(messagesOf(await get(store, { queueOffset: 40 }))[0]?.body[0]).toBe(40)
})

test('an operator has them deleted at any hour, in as many rounds as it takes', async () => {
  const { store, pass, passTo, fileCount } = await filledStore({ deleteFileBatchMax: 2, deleteWhen: '23' })
  await passTo(3, 40)
  store.deleteExpiredCommitLog()
  await pass(ROUND_MS)
  expect(fileCount()).toBe(FILE_COUNT - 2)
  await pass(ROUND_MS)
  expect(fileCount()).toBe(FILE_COUNT - 4)
})

test('above diskMaxUsedSpaceRatio those that are old enough go at any hour', async () => {
  const { disk, passTo, fileCount } = await filledStore({ deleteWhen: '23' })
  disk.availableBytes = disk.totalBytes * 0.24
  await passTo(3, 29)
  expect(fileCount()).toBe(FILE_COUNT)
  await passTo(3, 33)
  expect(fileCount()).toBe(1)
})

test('above diskSpaceCleanForciblyRatio the oldest go at once, but never what is written to', async () => {
  const { store, disk, pass, fileCount } = await filledStore({ deleteFileBatchMax: 6 })
  disk.availableBytes = disk.totalBytes * 0.14
  await pass(ROUND_MS)
  expect([fileCount(), store.isWritable]).toEqual([FILE_COUNT - 6, true])
  await pass(ROUND_MS)
  await pass(ROUND_MS)
  expect(fileCount()).toBe(1)
  expect(await numbersIn(store)).toEqual([45, 46])
})

test('cleanFileForciblyEnable=false keeps what is not old enough, whatever happens', async () => {
  const { store, disk, pass, fileCount } = await filledStore({ cleanFileForciblyEnable: false })
  disk.availableBytes = disk.totalBytes * 0.01
  await pass(ROUND_MS)
  await pass(ROUND_MS)
  expect([fileCount(), store.isWritable]).toEqual([FILE_COUNT, false])
})

test('a file stays as long as the entries of its messages are not on the disk', async () => {
  const { store, disk, pass, fileCount } = await filledStore()
  disk.fault = ({ kind, path }) => (kind === 'write' && path.includes('consumequeue') ? { code: 'ENOSPC' } : null)
  for (let index = 0; index < 15; index += 1) await put(store, large(index))
  disk.availableBytes = disk.totalBytes * 0.14
  for (let round = 0; round < 3; round += 1) await pass(ROUND_MS)
  expect([fileCount(), store.minPhysicalOffset]).toEqual([4, 9 * FILE_BYTES])
  disk.kill()
  disk.fault = () => null
  const restarted = await startStore(CONFIG, disk.process())
  expect([restarted.minOffset('TopicA', 0), restarted.maxOffset('TopicA', 0)]).toEqual([45, 62])
})

test('a file that the disk does not delete is tried again some time later, and none before it', async () => {
  const { store, disk, pass, fileCount } = await filledStore({ redeleteHangedFileInterval: 5 * ROUND_MS })
  disk.availableBytes = disk.totalBytes * 0.14
  let triedCount = 0
  disk.fault = ({ kind }) => {
    if (kind !== 'remove') return null
    triedCount += 1
    return { code: 'EIO' }
  }
  for (let round = 0; round < 5; round += 1) await pass(ROUND_MS)
  expect([triedCount, fileCount()]).toEqual([1, FILE_COUNT])
  disk.fault = () => null
  for (let round = 0; round < 3; round += 1) await pass(ROUND_MS)
  expect([fileCount(), await numbersIn(store)]).toEqual([1, [45, 46]])
})

test('a queue whose messages are all gone keeps its offsets over a restart', async () => {
  const { store, disk, pass } = await filledStore()
  for (let index = 0; index < 10; index += 1) await put(store, { ...large(index), topic: 'TopicB' })
  await pass(2 * FLUSH_MS)
  disk.availableBytes = disk.totalBytes * 0.14
  for (let round = 0; round < 3; round += 1) await pass(ROUND_MS)
  expect([store.minOffset('TopicA', 0), store.maxOffset('TopicA', 0)]).toEqual([47, 47])
  disk.kill()
  const restarted = await startStore(CONFIG, disk.process())
  expect([restarted.minOffset('TopicA', 0), restarted.maxOffset('TopicA', 0)]).toEqual([47, 47])
  expect(await put(restarted, messageOf())).toMatchObject({ status: 'PUT_OK', queueOffset: 47 })
})

test('wherever a crash interrupts the deletion, what is left is whole, and no offset is used again', async () => {
  for (let nth = 1; nth <= 30; nth += 1) {
    const { disk, passTo } = await filledStore()
    await passTo(3, 59)
    disk.killAtNth(nth)
    await passTo(4, 2)
    disk.fault = () => null
    if (nth % 2 === 0) disk.losePower()
    const restarted = await startStore(CONFIG, disk.process())
    const minOffset = restarted.minOffset('TopicA', 0)
    const left = Array.from({ length: MESSAGE_COUNT - minOffset }, (_, index) => minOffset + index)
    expect([nth, await numbersIn(restarted)]).toEqual([nth, left])
    expect(await put(restarted, messageOf())).toMatchObject({ status: 'PUT_OK', queueOffset: MESSAGE_COUNT })
    await restarted.stop()
  }
})

test('a store that stops does not wait for the next file to go', async () => {
  const { store, disk, pass, fileCount } = await filledStore({ deleteCommitLogFilesInterval: ROUND_MS })
  disk.availableBytes = disk.totalBytes * 0.14
  await pass(ROUND_MS)
  expect(fileCount()).toBe(FILE_COUNT - 1)
  await store.stop()
  expect(fileCount()).toBe(FILE_COUNT - 1)
})

test('queues of which nothing is left are deleted on demand, and begin again; others stay', async () => {
  const { store, disk, pass } = await filledStore()
  for (let index = 0; index < 10; index += 1) await put(store, { ...large(index), topic: 'TopicB' })
  await pass(2 * FLUSH_MS)
  disk.availableBytes = disk.totalBytes * 0.14
  for (let round = 0; round < 3; round += 1) await pass(ROUND_MS)
  await store.deleteExpiredQueues(['TopicA', 'TopicB', 'Nowhere'])
  expect(store.topics()).toEqual(['TopicB'])
  expect(await put(store, large(0))).toMatchObject({ status: 'PUT_OK', queueOffset: 0 })
  expect(await numbersIn(store)).toEqual([0])
})
