import { RECORD_BYTES, entriesOf, offsetsOf, put, putMany } from './queue-entries'
import type { Entry } from './queue-entries'
import type { EngineUnderTest } from './use-engine'

/** What is put into queues, and served from memory and from the disk. */
export function queuePutsContract(engine: EngineUnderTest): void {
  test('entries are served from memory at once, and from the disk by the next process', async () => {
    const entries = putMany(engine.store.require('TopicA', 3), 500)
    await expect(entriesOf(engine.store.require('TopicA', 3))).resolves.toEqual(entries)
    await engine.reopen()
    await expect(entriesOf(engine.store.require('TopicA', 3))).resolves.toEqual(entries)
    expect([engine.store.topics(), engine.store.queueIds('TopicA')]).toEqual([['TopicA'], [3]])
    entries.push(...putMany(engine.store.require('TopicA', 3), 70, 50_000))
    await engine.reopen()
    await expect(entriesOf(engine.store.require('TopicA', 3))).resolves.toEqual(entries)
  })

  test('entries that many small writes made are read as one queue', async () => {
    const entries: Entry[] = []
    for (let index = 0; index < 30; index += 1) {
      entries.push(...putMany(engine.store.require('TopicA', 0), 1 + (index % 3), index * 1000))
      await engine.store.writeOut()
    }
    await engine.reopen()
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual(entries)
  })

  test('what is not published is not served, and its offsets are given back', async () => {
    const queue = engine.store.require('TopicA', 0)
    const entries = putMany(queue, 2)
    queue.append(200, RECORD_BYTES, 0, 0, 1)
    expect(offsetsOf(queue)).toEqual([0, 2, 3])
    queue.rollback(2)
    expect(offsetsOf(queue)).toEqual([0, 2, 2])
    entries.push(put(queue, 200))
    await engine.reopen()
    await expect(entriesOf(engine.store.require('TopicA', 0))).resolves.toEqual(entries)
  })
}
