import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { PutMessageResult } from '../../src'
import { SMALL, configOf, createStoreOf, endOfTurn, messageOf, put, startStore } from '../store-fixture'

const SYNC = { ...SMALL, flushDiskType: 'SYNC_FLUSH' } as const

/** The store takes time to answer: these are the answers so far. */
function answersOf(puts: readonly Promise<PutMessageResult>[]): PutMessageResult[] {
  const answers: PutMessageResult[] = []
  for (const each of puts) void each.then(result => answers.push(result))
  return answers
}

test('with SYNC_FLUSH a message is answered, shown and announced when the disk has it', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SYNC, disk.process())
  let arrivalCount = 0
  store.onArrival(() => (arrivalCount += 1))
  disk.holdSyncs()
  const answers = answersOf([put(store, messageOf())])
  await endOfTurn()
  expect([answers.length, store.maxOffset('TopicA', 0), arrivalCount, store.dispatchBehindBytes > 0]).toEqual([
    0,
    0,
    0,
    true,
  ])
  disk.releaseSyncs()
  await endOfTurn()
  expect([answers.length, store.maxOffset('TopicA', 0), arrivalCount, store.dispatchBehindBytes]).toEqual([1, 1, 1, 0])
  expect(store.flushedPhysicalOffset).toBe(store.maxPhysicalOffset)
})

test('those who come while the disk is busy share the next sync', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SYNC, disk.process())
  await put(store, messageOf())
  let syncCount = 0
  disk.fault = ({ kind }) => {
    if (kind === 'datasync') syncCount += 1
    return null
  }
  disk.holdSyncs()
  const answers = answersOf([put(store, messageOf())])
  await endOfTurn()
  const more: Promise<PutMessageResult>[] = []
  for (let turn = 0; turn < 5; turn += 1) {
    more.push(put(store, messageOf()), put(store, messageOf()))
    await endOfTurn()
  }
  expect([syncCount, answers.length]).toEqual([1, 0])
  disk.releaseSyncs()
  await Promise.all(more)
  expect([syncCount, answers.length]).toEqual([2, 1])
})

test('a message with WAIT=false is answered when the page cache has it', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SYNC, disk.process())
  disk.holdSyncs()
  const answers = answersOf([put(store, messageOf()), put(store, messageOf({ waitStoreMessageOk: false }))])
  await endOfTurn()
  expect(answers.map(({ queueOffset }) => queueOffset)).toEqual([1])
  disk.releaseSyncs()
})

test('a disk that takes longer than syncFlushTimeout costs the answer, not the message', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SYNC, disk.process(), clock)
  disk.holdSyncs()
  const answers = answersOf([put(store, messageOf())])
  await endOfTurn()
  clock.advance(4999)
  await endOfTurn()
  expect(answers).toEqual([])
  clock.advance(1)
  await endOfTurn()
  expect(answers).toMatchObject([{ status: 'FLUSH_DISK_TIMEOUT', queueOffset: 0 }])
  expect(answers[0]?.reason).toMatch(/syncFlushTimeout/)
  disk.releaseSyncs()
  await endOfTurn()
  expect(store.maxOffset('TopicA', 0)).toBe(1)
})

test('flushDiskType may change while messages wait: none is shown before an older one', async () => {
  const disk = new FaultyDisk()
  const config = configOf(SYNC)
  const store = createStoreOf(config, disk.process())
  await store.start()
  disk.holdSyncs()
  const answers = answersOf([put(store, messageOf())])
  await endOfTurn()
  config.flushDiskType = 'ASYNC_FLUSH'
  const later = put(store, messageOf())
  await endOfTurn()
  expect([answers.length, store.maxOffset('TopicA', 0)]).toEqual([0, 0])
  disk.releaseSyncs()
  await later
  expect([answers.length, store.maxOffset('TopicA', 0)]).toEqual([1, 2])
  disk.holdSyncs()
  expect(await put(store, messageOf())).toMatchObject({ queueOffset: 2 })
  config.flushDiskType = 'SYNC_FLUSH'
  const last = answersOf([put(store, messageOf())])
  await endOfTurn()
  expect(last).toEqual([])
  disk.releaseSyncs()
  await endOfTurn()
  expect(last).toMatchObject([{ status: 'PUT_OK', queueOffset: 3 }])
})

test('with ASYNC_FLUSH the log is on the disk half a second later', async () => {
  const clock = new FakeClock()
  const store = await startStore(SMALL, new FaultyDisk().process(), clock)
  for (let index = 0; index < 200; index += 1) await put(store, messageOf({ body: Buffer.alloc(100) }))
  expect(store.flushedPhysicalOffset).toBe(0)
  clock.advance(500)
  await endOfTurn()
  expect(store.flushedPhysicalOffset).toBe(store.maxPhysicalOffset)
})

test('with ASYNC_FLUSH less than four pages wait for the flush of the queues', async () => {
  const clock = new FakeClock()
  const store = await startStore(SMALL, new FaultyDisk().process(), clock)
  await put(store, messageOf())
  clock.advance(500)
  await endOfTurn()
  expect(store.flushedPhysicalOffset).toBe(0)
  clock.advance(500)
  await endOfTurn()
  expect(store.flushedPhysicalOffset).toBe(store.maxPhysicalOffset)
})
