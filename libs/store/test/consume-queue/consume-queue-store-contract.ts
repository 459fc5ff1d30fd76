import * as fc from 'fast-check'
import { readBaseOffset } from '../../src/consume-queue/batch-consume-queue-entry'
import type { ConsumeQueue, ConsumeQueueStore } from '../../src/consume-queue/consume-queue-store'
import { RECORD_BYTES, batchesOf, entriesOf, entryOf, noPause, put, putBatchEntry, putMany } from './queue-entries'
import type { Entry } from './queue-entries'
import { QueueStoreModel, step } from './queue-store-model'

/** The topic of the contract whose queues are of batches. */
export const BATCH_TOPIC = 'TopicOfBatches'

/** An engine under test: `open` begins a process on what the one before left. */
export interface EngineWorld {
  open(): ConsumeQueueStore
}

const offsetsOf = ({ minOffset, maxOffset, nextOffset }: ConsumeQueue): readonly number[] => [
  minOffset,
  maxOffset,
  nextOffset,
]

/** What every engine behind the queues does. */
export function consumeQueueStoreContract(
  createWorld: () => EngineWorld,
  { numRuns }: { readonly numRuns: number },
): void {
  let world: EngineWorld
  let store: ConsumeQueueStore

  async function open(): Promise<void> {
    store = world.open()
    await store.load({
      physicalOffset: Number.MAX_SAFE_INTEGER,
      isRight: () => true,
      wasStopped: true,
      mayBeShort: false,
    })
  }

  async function reopen(): Promise<void> {
    await store.writeOut()
    await store.datasync()
    await store.close()
    await open()
  }

  beforeEach(async () => {
    world = createWorld()
    await open()
  })

  afterEach(async () => {
    await store.close()
  })

  test('entries are served from memory at once, and from the disk by the next process', async () => {
    const entries = putMany(store.require('TopicA', 3), 500)
    await expect(entriesOf(store.require('TopicA', 3))).resolves.toEqual(entries)
    await reopen()
    await expect(entriesOf(store.require('TopicA', 3))).resolves.toEqual(entries)
    expect([store.topics(), store.queueIds('TopicA')]).toEqual([['TopicA'], [3]])
    entries.push(...putMany(store.require('TopicA', 3), 70, 50_000))
    await reopen()
    await expect(entriesOf(store.require('TopicA', 3))).resolves.toEqual(entries)
  })

  test('entries that many small writes made are read as one queue', async () => {
    const entries: Entry[] = []
    for (let index = 0; index < 30; index += 1) {
      entries.push(...putMany(store.require('TopicA', 0), 1 + (index % 3), index * 1000))
      await store.writeOut()
    }
    await reopen()
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual(entries)
  })

  test('what is not published is not served, and its offsets are given back', async () => {
    const queue = store.require('TopicA', 0)
    const entries = putMany(queue, 2)
    queue.append(200, RECORD_BYTES, 0, 0, 1)
    expect(offsetsOf(queue)).toEqual([0, 2, 3])
    queue.rollback(2)
    expect(offsetsOf(queue)).toEqual([0, 2, 2])
    entries.push(put(queue, 200))
    await reopen()
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual(entries)
  })

  test('recovery gives a queue what it lacks, and nothing twice', async () => {
    const entries = putMany(store.require('TopicA', 0), 3)
    await reopen()
    const queue = store.require('TopicA', 0)
    for (let index = 0; index < 5; index += 1)
      queue.replay(index, index * RECORD_BYTES, RECORD_BYTES, -1 - index * RECORD_BYTES, 0, 1)
    entries.push(...[300, 400].map(physicalOffset => entryOf(physicalOffset)))
    await expect(entriesOf(queue)).resolves.toEqual(entries)
    expect(store.lastPhysicalOffset()).toBe(400)
  })

  test('a queue of which the log has lost the beginning begins with what the log has', async () => {
    store.require('TopicA', 0).replay(7, 700, RECORD_BYTES, 0, 0, 1)
    store.require('TopicA', 0).replay(8, 800, RECORD_BYTES, 0, 0, 1)
    await reopen()
    await store.correctMinOffsets(0)
    expect(offsetsOf(store.require('TopicA', 0))).toEqual([7, 9, 9])
    const physicalOffsets = (await entriesOf(store.require('TopicA', 0))).map(entry => entry?.physicalOffset)
    expect(physicalOffsets).toEqual([700, 800])
  })

  test('where the log has a gap a queue has blanks', async () => {
    store.require('TopicA', 0).replay(0, 700, RECORD_BYTES, 0, 0, 1)
    store.require('TopicA', 0).replay(3, 900, RECORD_BYTES, 0, 0, 1)
    await reopen()
    await store.correctMinOffsets(0)
    const physicalOffsets = (await entriesOf(store.require('TopicA', 0))).map(entry => entry?.physicalOffset ?? null)
    expect(physicalOffsets).toEqual([700, null, null, 900])
  })

  test('a queue whose topic was deleted and made again begins with the new records', async () => {
    putMany(store.require('TopicA', 0), 40)
    await reopen()
    store.require('TopicA', 0).replay(0, 9000, RECORD_BYTES, 1, 0, 1)
    store.require('TopicA', 0).replay(1, 9100, RECORD_BYTES, 1, 0, 1)
    await reopen()
    await store.correctMinOffsets(0)
    const entries = await entriesOf(store.require('TopicA', 0))
    expect(entries.map(entry => entry?.physicalOffset)).toEqual([9000, 9100])
  })

  test('a newer record with an offset that the queue has takes nothing away: it is damaged', async () => {
    const entries = putMany(store.require('TopicA', 0), 40)
    await reopen()
    store.require('TopicA', 0).replay(7, 9000, RECORD_BYTES, 1, 0, 1)
    await reopen()
    await store.correctMinOffsets(0)
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual(entries)
  })

  test('the first record of the log keeps its place before a gap', async () => {
    store.require('TopicA', 0).replay(0, 0, RECORD_BYTES, 0, 0, 1)
    store.require('TopicA', 0).replay(3, 900, RECORD_BYTES, 0, 0, 1)
    await reopen()
    await store.correctMinOffsets(0)
    expect(store.require('TopicA', 0).minOffset).toBe(0)
  })

  test.each([1, 39, 40, 250, 499])('entries from the end of the log on are forgotten: %i are left', async leftCount => {
    const entries = putMany(store.require('TopicA', 0), 500)
    putMany(store.require('TopicB', 0), 1, 500 * RECORD_BYTES)
    await reopen()
    await store.truncate(leftCount * RECORD_BYTES)
    expect(offsetsOf(store.require('TopicA', 0))).toEqual([0, leftCount, leftCount])
    expect(store.lastPhysicalOffset()).toBe((leftCount - 1) * RECORD_BYTES)
    const again = put(store.require('TopicA', 0), leftCount * RECORD_BYTES)
    await reopen()
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual([...entries.slice(0, leftCount), again])
  })

  test('entries before the beginning of the log are no longer served', async () => {
    const entries = putMany(store.require('TopicA', 0), 100)
    putMany(store.require('TopicB', 0), 1, 100 * RECORD_BYTES)
    await reopen()
    await store.correctMinOffsets(45 * RECORD_BYTES)
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual(entries.slice(45))
    await store.deleteExpired(60 * RECORD_BYTES, noPause)
    await reopen()
    await store.correctMinOffsets(60 * RECORD_BYTES)
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual(entries.slice(60))
    expect(offsetsOf(store.require('TopicB', 0))).toEqual([0, 1, 1])
  })

  test('a queue of which all has expired knows the next offset for ever', async () => {
    putMany(store.require('TopicA', 0), 45)
    await reopen()
    await store.deleteExpired(45 * RECORD_BYTES, noPause)
    await reopen()
    await store.correctMinOffsets(45 * RECORD_BYTES)
    expect(offsetsOf(store.require('TopicA', 0))).toEqual([45, 45, 45])
    const entry = put(store.require('TopicA', 0), 45 * RECORD_BYTES)
    await reopen()
    await store.correctMinOffsets(45 * RECORD_BYTES)
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual([entry])
  })

  test('one queue may begin behind the others', async () => {
    const entries = putMany(store.require('TopicA', 0), 100)
    putMany(store.require('TopicB', 0), 100)
    await store.writeOut()
    await store.trim('TopicA', 0, 90 * RECORD_BYTES)
    await store.trim('TopicA', 0, 10 * RECORD_BYTES)
    await store.trim('Nowhere', 0, 10 * RECORD_BYTES)
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual(entries.slice(90))
    expect(store.require('TopicB', 0).minOffset).toBe(0)
  })

  test('a deleted topic is gone, also for the next process; made again it begins anew', async () => {
    putMany(store.require('TopicA', 0), 50)
    putMany(store.require('TopicA', 1), 1)
    putMany(store.require('TopicB', 0), 1)
    await reopen()
    await store.deleteTopics(['TopicA', 'Nowhere'])
    expect(store.topics()).toEqual(['TopicB'])
    const entry = put(store.require('TopicA', 0), 9000)
    await reopen()
    await expect(entriesOf(store.require('TopicA', 0))).resolves.toEqual([entry])
    await store.deleteQueue('TopicB', 0)
    await store.deleteQueue('TopicB', 7)
    await reopen()
    expect(store.topics()).toEqual(['TopicA'])
    await store.clear()
    await reopen()
    expect(store.topics()).toEqual([])
  })

  test('a queue of batches serves whole batches, from memory and from the disk', async () => {
    const queue = store.require(BATCH_TOPIC, 0)
    const expected = Array.from({ length: 100 }, (_, index) => [index * 3, 3, index * RECORD_BYTES] as const)
    for (const [, messageCount, physicalOffset] of expected) putBatchEntry(queue, physicalOffset, messageCount)
    expect(offsetsOf(queue)).toEqual([0, 300, 300])
    await expect(batchesOf(queue)).resolves.toEqual(expected)
    await reopen()
    const again = store.require(BATCH_TOPIC, 0)
    expect([again.isOfBatches, ...offsetsOf(again)]).toEqual([true, 0, 300, 300])
    await expect(batchesOf(again)).resolves.toEqual(expected)
    const inside = again.entriesInMemory(200) ?? (await again.readEntries(200))
    expect(readBaseOffset(inside!.bytes, inside!.at)).toBe(198)
  })

  test('a batch is seen with all its messages, or its offsets are given back', async () => {
    const queue = store.require(BATCH_TOPIC, 0)
    putBatchEntry(queue, 0, 4)
    queue.append(100, RECORD_BYTES, 0, 0, 5)
    queue.append(200, RECORD_BYTES, 0, 0, 2)
    queue.publish(5)
    expect(offsetsOf(queue)).toEqual([0, 9, 11])
    queue.rollback(9)
    putBatchEntry(queue, 200, 1)
    await reopen()
    await expect(batchesOf(store.require(BATCH_TOPIC, 0))).resolves.toEqual([
      [0, 4, 0],
      [4, 5, 100],
      [9, 1, 200],
    ])
  })

  test('where the log has a gap a queue of batches has nothing, and who asks there is led behind it', async () => {
    const queue = store.require(BATCH_TOPIC, 0)
    queue.replay(10, 700, RECORD_BYTES, 0, 0, 5)
    queue.replay(40, 900, RECORD_BYTES, 0, 0, 2)
    queue.replay(30, 950, RECORD_BYTES, 0, 0, 2)
    queue.replay(42, 700, RECORD_BYTES, 0, 0, 5)
    for (let round = 0; round < 2; round += 1) {
      const each = store.require(BATCH_TOPIC, 0)
      expect(offsetsOf(each)).toEqual([10, 42, 42])
      const inGap = each.entriesInMemory(20) ?? (await each.readEntries(20))
      expect(readBaseOffset(inGap!.bytes, inGap!.at)).toBe(40)
      await reopen()
      await store.correctMinOffsets(0)
    }
    await store.correctMinOffsets(800)
    expect(offsetsOf(store.require(BATCH_TOPIC, 0))).toEqual([40, 42, 42])
  })

  test.each([0, 1, 7, 8, 9, 49])('batches from the end of the log on are forgotten: %i are left', async leftCount => {
    putMany(store.require('TopicA', 0), 1)
    for (let index = 0; index < 50; index += 1) putBatchEntry(store.require(BATCH_TOPIC, 0), (index + 1) * 100, 2)
    await reopen()
    await store.truncate((leftCount + 1) * 100)
    expect(offsetsOf(store.require(BATCH_TOPIC, 0))).toEqual([0, leftCount * 2, leftCount * 2])
    putBatchEntry(store.require(BATCH_TOPIC, 0), (leftCount + 1) * 100, 7)
    await reopen()
    const batches = await batchesOf(store.require(BATCH_TOPIC, 0))
    expect(batches.slice(-1)).toEqual([[leftCount * 2, 7, (leftCount + 1) * 100]])
    expect(batches).toHaveLength(leftCount + 1)
  })

  test('a queue of batches of which all has expired knows the next offset for ever', async () => {
    for (let index = 0; index < 20; index += 1) putBatchEntry(store.require(BATCH_TOPIC, 0), index * 100, 3)
    await reopen()
    await store.deleteExpired(1100, noPause)
    expect(offsetsOf(store.require(BATCH_TOPIC, 0))).toEqual([33, 60, 60])
    await store.deleteExpired(2000, noPause)
    await reopen()
    await store.correctMinOffsets(2000)
    expect(offsetsOf(store.require(BATCH_TOPIC, 0))).toEqual([60, 60, 60])
    putBatchEntry(store.require(BATCH_TOPIC, 0), 2000, 2)
    await reopen()
    await store.correctMinOffsets(2000)
    await expect(batchesOf(store.require(BATCH_TOPIC, 0))).resolves.toEqual([[60, 2, 2000]])
  })

  test('a queue of batches whose topic was deleted and made again begins with the new records', async () => {
    for (let index = 0; index < 20; index += 1) putBatchEntry(store.require(BATCH_TOPIC, 0), index * 100, 3)
    await reopen()
    store.require(BATCH_TOPIC, 0).replay(0, 9000, RECORD_BYTES, 0, 0, 2)
    store.require(BATCH_TOPIC, 0).replay(2, 9100, RECORD_BYTES, 0, 0, 4)
    await reopen()
    await expect(batchesOf(store.require(BATCH_TOPIC, 0))).resolves.toEqual([
      [0, 2, 9000],
      [2, 4, 9100],
    ])
  })

  test('whatever happens to the queues, they serve what a list would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async steps => {
        await store.clear()
        const model = new QueueStoreModel()
        for (const each of steps) {
          if (each.kind === 'reopen') {
            await reopen()
            await store.correctMinOffsets(model.beginOffset)
          } else await model.run(each, store)
          await model.check(store)
        }
      }),
      { numRuns },
    )
  })
}
