import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { silentLog } from '@rocketmq-ts/base'
import { encodeStoredMessage } from '@rocketmq-ts/protocol'
import { StoreInUseError, createFileMessageStore } from '../../src'
import type { MessageStore } from '../../src'
import {
  ROOT,
  SMALL,
  STORE_HOST,
  configOf,
  createStore,
  endOfTurn,
  messageOf,
  put,
  readQueue,
  startStore,
  taggedMessage,
} from '../store-fixture'

const FIRST_FILE = `${ROOT}/commitlog/${'0'.repeat(20)}`

async function bodiesOf(store: MessageStore, topic = 'TopicA', queueId = 0): Promise<string[]> {
  return (await readQueue(store, topic, queueId)).map(({ body }) => body.toString())
}

const text = (body: string, values = {}) => messageOf({ body: Buffer.from(body), ...values })

/** A disk on which a store with these messages was killed; the checkpoint knows the first ones. */
async function killed(synced: readonly string[], unsynced: readonly string[]): Promise<FaultyDisk> {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  for (const body of synced) await put(store, text(body))
  clock.advance(60_000)
  await endOfTurn()
  for (const body of unsynced) await put(store, text(body))
  disk.kill()
  return disk
}

test('a second process is refused with a sentence, and nothing is touched', async () => {
  const disk = new FaultyDisk().process()
  const first = await startStore(SMALL, disk)
  await put(first, text('a'))
  const second = createStore(SMALL, disk)
  await expect(second.start()).rejects.toThrow(StoreInUseError)
  await expect(second.start()).rejects.toThrow(/in use by another process: stop that one, or set storePathRootDir/)
  await second.stop()
  expect(await bodiesOf(first)).toEqual(['a'])
  await first.stop()
  const third = await startStore(SMALL, disk)
  expect(await bodiesOf(third)).toEqual(['a'])
})

test('a start that fails leaves the messages alone and lets go of the lock', async () => {
  const disk = await killed(['a', 'b'], ['c'])
  const wrong = createStore({ ...SMALL, mappedFileSizeCommitLog: 4096 }, disk.process())
  await expect(wrong.start()).rejects.toThrow(/16384 bytes, not 4096: set mappedFileSizeCommitLog/)
  const store = await startStore(SMALL, disk.process())
  expect(await bodiesOf(store)).toEqual(['a', 'b', 'c'])
})

test('a stop may come twice, and without a start', async () => {
  const store = createStore(SMALL, new FaultyDisk().process())
  await store.stop()
  await store.start()
  await store.stop()
  await store.stop()
})

test('after a crash only what the checkpoint does not know is read', async () => {
  const disk = await killed(['a', 'b', 'c'], ['d'])
  const read: number[] = []
  disk.fault = ({ kind, path, bytes }) => {
    if (kind === 'read' && path === FIRST_FILE) read.push(bytes)
    return null
  }
  const infos: object[] = []
  const log = { ...silentLog, info: (values: object) => infos.push(values), child: () => log }
  const store = createFileMessageStore(configOf(SMALL), {
    clock: new FakeClock(),
    disk: disk.process(),
    log,
    storeHost: STORE_HOST,
    delayMsOfLevel: () => 0,
  })
  await store.start()
  const record = store.maxPhysicalOffset / 4
  expect(infos).toContainEqual({ wasStopped: false, fromOffset: 2 * record, endOffset: 4 * record })
  expect(await bodiesOf(store)).toEqual(['a', 'b', 'c', 'd'])
})

test('a record whose body was damaged ends the log', async () => {
  const disk = await killed(['a'], ['bbbb', 'cccc', 'dddd'])
  const content = disk.content(FIRST_FILE)
  const bytes = Buffer.alloc(content.sizeBytes)
  content.read(bytes, 0, bytes.length, 0)
  disk.flipBit(FIRST_FILE, bytes.indexOf('cccc') * 8)
  const store = await startStore(SMALL, disk.process())
  expect(await bodiesOf(store)).toEqual(['a', 'bbbb'])
  expect(await put(store, text('e'))).toMatchObject({ queueOffset: 2 })
})

test.each(['default', 'kv'] as const)(
  'where the last record of a stopped store is damaged its queue ends before it: storeType=%s',
  async storeType => {
    const config = { ...SMALL, storeType }
    const disk = new FaultyDisk()
    const store = await startStore(config, disk.process())
    const results = [await put(store, text('aaaa')), await put(store, text('bbbb')), await put(store, text('cccc'))]
    await store.stop()
    disk.flipBit(FIRST_FILE, (results[2]!.physicalOffset + 88) * 8)
    const restarted = await startStore(config, disk.process())
    expect([restarted.maxOffset('TopicA', 0), restarted.maxPhysicalOffset]).toEqual([2, results[2]!.physicalOffset])
    expect(await put(restarted, text('dddd'))).toMatchObject({ queueOffset: 2 })
    expect(await bodiesOf(restarted)).toEqual(['aaaa', 'bbbb', 'dddd'])
    await restarted.stop()
  },
)

test('stale bytes behind the end are not taken for new records', async () => {
  const disk = await killed([], ['1111', '2222', '3333', '4444'])
  const content = disk.content(FIRST_FILE)
  const bytes = Buffer.alloc(content.sizeBytes)
  content.read(bytes, 0, bytes.length, 0)
  disk.flipBit(FIRST_FILE, bytes.indexOf('2222') * 8)
  const store = await startStore(SMALL, disk.process())
  await put(store, text('5555'))
  disk.kill()
  const restarted = await startStore(SMALL, disk.process())
  expect(await bodiesOf(restarted)).toEqual(['1111', '5555'])
})

test('entries of a queue that are stale are forgotten', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SMALL, disk.process())
  for (const body of ['a', 'b']) await put(store, text(body))
  await store.stop()
  const entries = disk.content(`${ROOT}/consumequeue/TopicA/0/${'0'.repeat(20)}`)
  const entry = Buffer.alloc(20)
  entries.read(entry, 0, 20, 0)
  entries.write(entry, 40)
  const restarted = await startStore(SMALL, disk.process())
  expect(await bodiesOf(restarted)).toEqual(['a', 'b'])
  expect(await put(restarted, text('c'))).toMatchObject({ queueOffset: 2 })
})

test('a queue whose beginning is gone starts where its first message is', async () => {
  const disk = new FaultyDisk()
  const view = disk.process()
  view.makeFolder(`${ROOT}/commitlog`)
  const file = view.open(FIRST_FILE, { create: true })
  file.truncate(16_384)
  const content = taggedMessage('TagA', { body: Buffer.from('sixth') })
  file.write(
    encodeStoredMessage(content, { queueOffset: 25, physicalOffset: 0, storeTimestamp: 1, storeHost: STORE_HOST }),
    0,
  )
  const store = await startStore(SMALL, disk.process())
  expect([store.minOffset('TopicA', 0), store.maxOffset('TopicA', 0)]).toEqual([25, 26])
  expect(await bodiesOf(store)).toEqual(['sixth'])
  await store.stop()
  const entries = disk.content(`${ROOT}/consumequeue/TopicA/0/00000000000000000400`)
  const bytes = Buffer.alloc(120)
  entries.read(bytes, 0, 120, 0)
  expect(bytes.subarray(0, 20).toString('hex')).toBe('00000000000000007fffffff0000000000000000')
  expect(bytes.subarray(80, 100)).toEqual(bytes.subarray(0, 20))
  expect(bytes.readBigInt64BE(112)).toBe(2_598_919n)
  const restarted = await startStore(SMALL, disk.process())
  expect([restarted.minOffset('TopicA', 0), restarted.maxOffset('TopicA', 0)]).toEqual([25, 26])
})

test.each([
  ['before the checkpoint moved', 0],
  ['after it', 60_000],
])('a topic that was deleted and made again has its new messages only, after a crash %s', async (_, waitMs) => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  for (const body of ['old 1', 'old 2', 'old 3']) await put(store, text(body))
  await store.deleteTopics(['TopicA'])
  clock.advance(waitMs)
  await endOfTurn()
  for (const body of ['new 1', 'new 2']) expect(await put(store, text(body))).toMatchObject({ status: 'PUT_OK' })
  disk.kill()
  const restarted = await startStore(SMALL, disk.process())
  expect(await bodiesOf(restarted)).toEqual(['new 1', 'new 2'])
})

test('without a CommitLog the queues go', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(SMALL, disk.process())
  await put(store, text('a'))
  await store.stop()
  disk.process().remove(`${ROOT}/commitlog`)
  const restarted = await startStore(SMALL, disk.process())
  expect([restarted.topics(), restarted.maxOffset('TopicA', 0)]).toEqual([[], 0])
  expect(await put(restarted, text('b'))).toMatchObject({ queueOffset: 0, physicalOffset: 0 })
})

test('topics that are deleted are gone, also from the disk, and begin again at 0', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const store = await startStore(SMALL, disk.process(), clock)
  for (let queueId = 0; queueId < 3; queueId += 1) await put(store, text('a', { queueId }))
  await put(store, text('kept', { topic: 'TopicB' }))
  clock.advance(1000)
  await endOfTurn()
  expect([store.topics(), store.queueIds('TopicA')]).toEqual([
    ['TopicA', 'TopicB'],
    [0, 1, 2],
  ])
  const onItsWay = put(store, text('on its way'))
  await store.deleteTopics(['TopicA'])
  expect(await onItsWay).toMatchObject({ status: 'PUT_OK' })
  clock.advance(60_000)
  await endOfTurn()
  expect([store.topics(), store.queueIds('TopicA'), store.maxOffset('TopicA', 0)]).toEqual([['TopicB'], [], 0])
  expect([...disk.contents.keys()].filter(file => file.includes('TopicA'))).toEqual([])
  expect(await put(store, text('again'))).toMatchObject({ queueOffset: 0 })
  await store.stop()
  const restarted = await startStore(SMALL, disk.process())
  expect(await bodiesOf(restarted, 'TopicB')).toEqual(['kept'])
  expect(await bodiesOf(restarted)).toEqual(['again'])
})

test('a crash before the first checkpoint loses nothing, however many files the log has', async () => {
  const bodies = Array.from({ length: 200 }, (_, index) => `${index}:`.padEnd(2048, 'x'))
  // The queue is still all in memory when the process dies.
  const values = { ...SMALL, consumeQueueTailBytes: 64 * 1024 }
  const disk = new FaultyDisk()
  const killedStore = await startStore(values, disk.process(), new FakeClock())
  for (const body of bodies) await put(killedStore, text(body))
  disk.kill()
  const process = disk.process()
  const store = await startStore(values, process)
  expect(process.list(`${ROOT}/commitlog`).length).toBeGreaterThan(20)
  expect(await bodiesOf(store)).toEqual(bodies)
})
