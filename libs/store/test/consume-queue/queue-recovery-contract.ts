import { RECORD_BYTES, entriesOf, entryOf, offsetsOf, put, putMany } from './queue-entries'
import type { EngineUnderTest } from './use-engine'

/** What recovery makes of queues that the log does not agree with. */
export function queueRecoveryContract(engine: EngineUnderTest): void {
  test('recovery gives a queue what it lacks, and nothing twice', async () => {
    const entries = putMany(engine.store.require('TopicA', 0), 3)
    await engine.reopen()
    const queue = engine.store.require('TopicA', 0)
    for (let index = 0; index < 5; index += 1)
      queue.replay(index, index * RECORD_BYTES, RECORD_BYTES, -1 - index * RECORD_BYTES, 0, 1)
    entries.push(...[300, 400].map(physicalOffset => entryOf(physicalOffset)))
    await expect(entriesOf(queue)).resolves.toEqual(entries)
    expect(engine.store.lastPhysicalOffset()).toBe(400)
  })

  test('a queue of which the log has lost the beginning begins with what the log has', async () => {
    engine.store.require('TopicA', 0).replay(7, 700, RECORD_BYTES, 0, 0, 1)
    engine.store.require('TopicA', 0).replay(8, 800, RECORD_BYTES, 0, 0, 1)
    await engine.reopen()
    await engine.store.correctMinOffsets(0)
    expect(offsetsOf(engine.store.require('TopicA', 0))).toEqual([7, 9, 9])
    const physicalOffsets = (await entriesOf(engine.store.require('TopicA', 0))).map(entry => entry?.physicalOffset)
    expect(physicalOffsets).toEqual([700, 800])
  })

  test('where the log has a gap a queue has blanks', async () => {
    engine.store.require('TopicA', 0).replay(0, 700, RECORD_BYTES, 0, 0, 1)
    engine.store.require('TopicA', 0).replay(3, 900, RECORD_BYTES, 0, 0, 1)
    await engine.reopen()
    await engine.store.correctMinOffsets(0)
    const physicalOffsets = (await entriesOf(engine.store.require('TopicA', 0))).map(
      entry => entry?.physicalOffset ?? null,
    )
    expect(physicalOffsets).toEqual([700, null, null, 900])
  })

  test('a queue whose topic was deleted and made again begins with the new records', async () => {
    putMany(engine.store.require('TopicA', 0), 40)
    await engine.reopen()
    engine.store.require('TopicA', 0).replay(0, 9000, RECORD_BYTES, 1, 0, 1)
    engine.store.require('TopicA', 0).replay(1, 9100, RECORD_BYTES, 1, 0, 1)
    await engine.reopen()
    await engine.store.correctMinOffsets(0)
    const entries = await entriesOf(engine.store.require('TopicA', 0))
    expect(entries.map(entry => entry?.physicalOffset)).toEqual([9000, 9100])
  })

  test('a newer record with an offset that the queue has takes nothing away: it is damaged', async () => {
    const entries = putMany(engine.store.require('TopicA', 0), 40)
    await engine.reopen()
    engine.store.require('TopicA', 0).replay(7, 9000, RECORD_BYTES, 1, 0, 1)
    await engine.reopen()
    await engine.store.correctMinOffsets(0)
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual(entries)
  })

  test('the first record of the log keeps its place before a gap', async () => {
    engine.store.require('TopicA', 0).replay(0, 0, RECORD_BYTES, 0, 0, 1)
    engine.store.require('TopicA', 0).replay(3, 900, RECORD_BYTES, 0, 0, 1)
    await engine.reopen()
    await engine.store.correctMinOffsets(0)
    expect(engine.store.require('TopicA', 0).minOffset).toBe(0)
  })

  test.each([1, 39, 40, 250, 499])('entries from the end of the log on are forgotten: %i are left', async leftCount => {
    const entries = putMany(engine.store.require('TopicA', 0), 500)
    putMany(engine.store.require('TopicB', 0), 1, 500 * RECORD_BYTES)
    await engine.reopen()
    await engine.store.truncate(leftCount * RECORD_BYTES)
    expect(offsetsOf(engine.store.require('TopicA', 0))).toEqual([0, leftCount, leftCount])
    expect(engine.store.lastPhysicalOffset()).toBe((leftCount - 1) * RECORD_BYTES)
    const again = put(engine.store.require('TopicA', 0), leftCount * RECORD_BYTES)
    await engine.reopen()
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual([...entries.slice(0, leftCount), again])
  })
}
