import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { FileConsumeQueueStore } from '../../src/consume-queue/file-consume-queue-store'

const RECORD_BYTES = 100
const ENTRIES_PER_FILE = 20

interface Fixture {
  readonly store: FileConsumeQueueStore
  readonly faulty: FaultyDisk
  /** Files of queue 0 of a topic. */
  readonly files: (topic: string) => readonly string[]
}

/** Each topic has one queue with 50 entries, written out to three files. */
async function storeOf(...topics: readonly string[]): Promise<Fixture> {
  const faulty = new FaultyDisk()
  const disk = faulty.process()
  const options = { folder: '/queues', fileBytes: ENTRIES_PER_FILE * 20, tailBytes: 4096 }
  const store = new FileConsumeQueueStore(options, { disk, clock: new FakeClock(), onWriteFailed: fail })
  for (const topic of topics) {
    const queue = store.require(topic, 0)
    for (let index = 0; index < 50; index += 1) queue.append(index * RECORD_BYTES, RECORD_BYTES, 0, 0, 1)
    queue.publish(50)
  }
  await store.writeOut()
  return { store, faulty, files: topic => disk.list(`/queues/${topic}/0`).map(name => String(Number(name) / 20)) }
}

function fail(error: Error): never {
  throw error
}

const noPause = (): Promise<void> => Promise.resolve()

test('the queues begin where the log begins, and files of which nothing is left go', async () => {
  const { store, files } = await storeOf('TopicA')
  await store.deleteExpired(25 * RECORD_BYTES, noPause)
  expect([store.require('TopicA', 0).minOffset, files('TopicA')]).toEqual([25, ['20', '40']])
  await store.deleteExpired(40 * RECORD_BYTES, noPause)
  expect([store.require('TopicA', 0).minOffset, files('TopicA')]).toEqual([40, ['40']])
})

test('of a queue that has nothing left the last file stays, which knows the next offset', async () => {
  const { store, files } = await storeOf('TopicA')
  await store.deleteExpired(50 * RECORD_BYTES, noPause)
  const { minOffset, maxOffset } = store.require('TopicA', 0)
  expect([minOffset, maxOffset, files('TopicA')]).toEqual([50, 50, ['40']])
})

test('there is a pause after each queue of which something went', async () => {
  const { store } = await storeOf('TopicA', 'TopicB', 'TopicC')
  await store.trim('TopicB', 0, 30 * RECORD_BYTES)
  let pauseCount = 0
  await store.deleteExpired(30 * RECORD_BYTES, () => {
    pauseCount += 1
    return Promise.resolve()
  })
  expect(pauseCount).toBe(2)
})

test('one queue begins behind the others, and never goes back', async () => {
  const { store, files } = await storeOf('TopicA', 'TopicB')
  await store.trim('TopicA', 0, 45 * RECORD_BYTES)
  await store.trim('TopicA', 0, 10 * RECORD_BYTES)
  await store.trim('Nowhere', 0, 10 * RECORD_BYTES)
  expect([store.require('TopicA', 0).minOffset, files('TopicA')]).toEqual([45, ['40']])
  expect([store.require('TopicB', 0).minOffset, files('TopicB')]).toEqual([0, ['0', '20', '40']])
})

test('a queue is deleted, with its topic if it was the last one', async () => {
  const { store, files } = await storeOf('TopicA', 'TopicB')
  store.require('TopicA', 1)
  await store.deleteQueue('TopicA', 0)
  expect([store.queueIds('TopicA'), files('TopicA')]).toEqual([[1], []])
  await store.deleteQueue('TopicA', 1)
  await store.deleteQueue('Nowhere', 0)
  expect(store.topics()).toEqual(['TopicB'])
})

test('entries that a reader asked for before their file went are read', async () => {
  const { store, files } = await storeOf('TopicA')
  const queue = store.require('TopicA', 0)
  queue.forgetTail()
  const reading = queue.readEntries(3)
  await store.trim('TopicA', 0, 45 * RECORD_BYTES)
  expect(files('TopicA')).toEqual(['0', '20', '40'])
  expect((await reading)?.entryCount).toBe(17)
  await store.trim('TopicA', 0, 45 * RECORD_BYTES)
  expect(files('TopicA')).toEqual(['40'])
  expect(await queue.readEntries(3)).toBeNull()
})
