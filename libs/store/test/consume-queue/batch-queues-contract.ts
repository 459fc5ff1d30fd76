import { readBaseOffset } from '../../src/consume-queue/batch-consume-queue-entry'
import { RECORD_BYTES, batchesOf, noPause, offsetsOf, putBatchEntry, putMany } from './queue-entries'
import { BATCH_TOPIC } from './use-engine'
import type { EngineUnderTest } from './use-engine'

/** Queues whose entries are batches. */
export function batchQueuesContract(engine: EngineUnderTest): void {
  test('a queue of batches serves whole batches, from memory and from the disk', async () => {
    const queue = engine.store.require(BATCH_TOPIC, 0)
    const expected = Array.from({ length: 100 }, (_, index) => [index * 3, 3, index * RECORD_BYTES] as const)
    for (const [, messageCount, physicalOffset] of expected) putBatchEntry(queue, physicalOffset, messageCount)
    expect(offsetsOf(queue)).toEqual([0, 300, 300])
    await expect(batchesOf(queue)).resolves.toEqual(expected)
    await engine.reopen()
    const again = engine.store.require(BATCH_TOPIC, 0)
    expect([again.isOfBatches, ...offsetsOf(again)]).toEqual([true, 0, 300, 300])
    await expect(batchesOf(again)).resolves.toEqual(expected)
    const inside = again.entriesInMemory(200) ?? (await again.readEntries(200))
    expect(readBaseOffset(inside!.bytes, inside!.at)).toBe(198)
  })

  test('a batch is seen with all its messages, or its offsets are given back', async () => {
    const queue = engine.store.require(BATCH_TOPIC, 0)
    putBatchEntry(queue, 0, 4)
    queue.append(100, RECORD_BYTES, 0, 0, 5)
    queue.append(200, RECORD_BYTES, 0, 0, 2)
    queue.publish(5)
    expect(offsetsOf(queue)).toEqual([0, 9, 11])
    queue.rollback(9)
    putBatchEntry(queue, 200, 1)
    await engine.reopen()
    await expect(batchesOf(engine.store.require(BATCH_TOPIC, 0))).resolves.toEqual([
      [0, 4, 0],
      [4, 5, 100],
      [9, 1, 200],
    ])
  })

  test('where the log has a gap a queue of batches has nothing, and who asks there is led behind it', async () => {
    const queue = engine.store.require(BATCH_TOPIC, 0)
    queue.replay(10, 700, RECORD_BYTES, 0, 0, 5)
    queue.replay(40, 900, RECORD_BYTES, 0, 0, 2)
    queue.replay(30, 950, RECORD_BYTES, 0, 0, 2)
    queue.replay(42, 700, RECORD_BYTES, 0, 0, 5)
    for (let round = 0; round < 2; round += 1) {
      const each = engine.store.require(BATCH_TOPIC, 0)
      expect(offsetsOf(each)).toEqual([10, 42, 42])
      const inGap = each.entriesInMemory(20) ?? (await each.readEntries(20))
      expect(readBaseOffset(inGap!.bytes, inGap!.at)).toBe(40)
      await engine.reopen()
      await engine.store.correctMinOffsets(0)
    }
    await engine.store.correctMinOffsets(800)
    expect(offsetsOf(engine.store.require(BATCH_TOPIC, 0))).toEqual([40, 42, 42])
  })

  test.each([0, 1, 7, 8, 9, 49])('batches from the end of the log on are forgotten: %i are left', async leftCount => {
    putMany(engine.store.require('TopicA', 0), 1)
    for (let index = 0; index < 50; index += 1)
      putBatchEntry(engine.store.require(BATCH_TOPIC, 0), (index + 1) * 100, 2)
    await engine.reopen()
    await engine.store.truncate((leftCount + 1) * 100)
    expect(offsetsOf(engine.store.require(BATCH_TOPIC, 0))).toEqual([0, leftCount * 2, leftCount * 2])
    putBatchEntry(engine.store.require(BATCH_TOPIC, 0), (leftCount + 1) * 100, 7)
    await engine.reopen()
    const batches = await batchesOf(engine.store.require(BATCH_TOPIC, 0))
    expect(batches.slice(-1)).toEqual([[leftCount * 2, 7, (leftCount + 1) * 100]])
    expect(batches).toHaveLength(leftCount + 1)
  })

  test('a queue of batches of which all has expired knows the next offset for ever', async () => {
    for (let index = 0; index < 20; index += 1) putBatchEntry(engine.store.require(BATCH_TOPIC, 0), index * 100, 3)
    await engine.reopen()
    await engine.store.deleteExpired(1100, noPause)
    expect(offsetsOf(engine.store.require(BATCH_TOPIC, 0))).toEqual([33, 60, 60])
    await engine.store.deleteExpired(2000, noPause)
    await engine.reopen()
    await engine.store.correctMinOffsets(2000)
    expect(offsetsOf(engine.store.require(BATCH_TOPIC, 0))).toEqual([60, 60, 60])
    putBatchEntry(engine.store.require(BATCH_TOPIC, 0), 2000, 2)
    await engine.reopen()
    await engine.store.correctMinOffsets(2000)
    await expect(batchesOf(engine.store.require(BATCH_TOPIC, 0))).resolves.toEqual([[60, 2, 2000]])
  })

  test('a queue of batches whose topic was deleted and made again begins with the new records', async () => {
    for (let index = 0; index < 20; index += 1) putBatchEntry(engine.store.require(BATCH_TOPIC, 0), index * 100, 3)
    await engine.reopen()
    engine.store.require(BATCH_TOPIC, 0).replay(0, 9000, RECORD_BYTES, 0, 0, 2)
    engine.store.require(BATCH_TOPIC, 0).replay(2, 9100, RECORD_BYTES, 0, 0, 4)
    await engine.reopen()
    await expect(batchesOf(engine.store.require(BATCH_TOPIC, 0))).resolves.toEqual([
      [0, 2, 9000],
      [2, 4, 9100],
    ])
  })
}
