import { RECORD_BYTES, entriesOf, noPause, offsetsOf, put, putMany } from './queue-entries'
import type { EngineUnderTest } from './use-engine'

/** What is no longer served: expired, trimmed, deleted. */
export function queueExpiryContract(engine: EngineUnderTest): void {
  test('entries before the beginning of the log are no longer served', async () => {
    const entries = putMany(engine.store.require('TopicA', 0), 100)
    putMany(engine.store.require('TopicB', 0), 1, 100 * RECORD_BYTES)
    await engine.reopen()
    await engine.store.correctMinOffsets(45 * RECORD_BYTES)
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual(entries.slice(45))
    await engine.store.deleteExpired(60 * RECORD_BYTES, noPause)
    await engine.reopen()
    await engine.store.correctMinOffsets(60 * RECORD_BYTES)
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual(entries.slice(60))
    expect(offsetsOf(engine.store.require('TopicB', 0))).toEqual([0, 1, 1])
  })

  test('a queue of which all has expired knows the next offset for ever', async () => {
    putMany(engine.store.require('TopicA', 0), 45)
    await engine.reopen()
    await engine.store.deleteExpired(45 * RECORD_BYTES, noPause)
    await engine.reopen()
    await engine.store.correctMinOffsets(45 * RECORD_BYTES)
    expect(offsetsOf(engine.store.require('TopicA', 0))).toEqual([45, 45, 45])
    const entry = put(engine.store.require('TopicA', 0), 45 * RECORD_BYTES)
    await engine.reopen()
    await engine.store.correctMinOffsets(45 * RECORD_BYTES)
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual([entry])
  })

  test('one queue may begin behind the others', async () => {
    const entries = putMany(engine.store.require('TopicA', 0), 100)
    putMany(engine.store.require('TopicB', 0), 100)
    await engine.store.writeOut()
    await engine.store.trim('TopicA', 0, 90 * RECORD_BYTES)
    await engine.store.trim('TopicA', 0, 10 * RECORD_BYTES)
    await engine.store.trim('Nowhere', 0, 10 * RECORD_BYTES)
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual(entries.slice(90))
    expect(engine.store.require('TopicB', 0).minOffset).toBe(0)
  })

  test('a deleted topic is gone, also for the next process; made again it begins anew', async () => {
    putMany(engine.store.require('TopicA', 0), 50)
    putMany(engine.store.require('TopicA', 1), 1)
    putMany(engine.store.require('TopicB', 0), 1)
    await engine.reopen()
    await engine.store.deleteTopics(['TopicA', 'Nowhere'])
    expect(engine.store.topics()).toEqual(['TopicB'])
    const entry = put(engine.store.require('TopicA', 0), 9000)
    await engine.reopen()
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual([entry])
    await engine.store.deleteQueue('TopicB', 0)
    await engine.store.deleteQueue('TopicB', 7)
    await engine.reopen()
    expect(engine.store.topics()).toEqual(['TopicA'])
    await engine.store.clear()
    await engine.reopen()
    expect(engine.store.topics()).toEqual([])
  })
}
