import * as fc from 'fast-check'
import type { ConsumeQueueStore } from '../../src/consume-queue/consume-queue-store'
import { RECORD_BYTES, entriesOf, noPause, putMany } from './queue-entries'
import type { Entry } from './queue-entries'

const queueOf = { topic: fc.constantFrom('TopicA', 'TopicB'), queueId: fc.nat(1) }
const share = fc.double({ min: 0, max: 1, noNaN: true })
export const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('put' as const), ...queueOf, count: fc.nat(60) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('writeOut' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), share }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), share }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), topic: queueOf.topic }) },
)

type Step = Exclude<typeof step extends fc.Arbitrary<infer T> ? T : never, { kind: 'reopen' }>

interface ModelQueue {
  minOffset: number
  /** From queue offset 0 on. */
  entries: Entry[]
}

/** The log and the queues as lists. */
export class QueueStoreModel {
  beginOffset = 0
  private endOffset = 0
  private readonly queues = new Map<string, ModelQueue>()

  async run(each: Step, store: ConsumeQueueStore): Promise<void> {
    if (each.kind === 'put') this.put(each, store)
    else if (each.kind === 'writeOut') await store.writeOut()
    else if (each.kind === 'expire') await this.expire(this.offsetAt(each.share), store)
    else if (each.kind === 'truncate') await this.truncate(this.offsetAt(each.share), store)
    else {
      for (const key of [...this.queues.keys()]) if (key.startsWith(each.topic)) this.queues.delete(key)
      await store.deleteTopics([each.topic])
    }
  }

  async check(store: ConsumeQueueStore): Promise<void> {
    for (const topic of ['TopicA', 'TopicB']) {
      for (let queueId = 0; queueId <= 1; queueId += 1) {
        const queue = store.find(topic, queueId)
        const { minOffset, entries } = this.queues.get(`${topic}-${queueId}`) ?? { minOffset: 0, entries: [] }
        expect(queue?.maxOffset ?? 0).toBe(entries.length)
        if (entries.length > 0) expect(queue?.minOffset).toBe(minOffset)
        expect(queue === null ? [] : await entriesOf(queue)).toEqual(entries.slice(minOffset))
      }
    }
  }

  private put({ topic, queueId, count }: Extract<Step, { kind: 'put' }>, store: ConsumeQueueStore): void {
    if (count === 0) return
    const key = `${topic}-${queueId}`
    const queue = this.queues.get(key) ?? { minOffset: 0, entries: [] }
    this.queues.set(key, queue)
    queue.entries.push(...putMany(store.require(topic, queueId), count, this.endOffset))
    this.endOffset += count * RECORD_BYTES
  }

  private async expire(physicalOffset: number, store: ConsumeQueueStore): Promise<void> {
    this.beginOffset = physicalOffset
    for (const queue of this.queues.values()) {
      const before = queue.entries.filter(entry => entry.physicalOffset < physicalOffset).length
      queue.minOffset = Math.max(queue.minOffset, before)
    }
    await store.deleteExpired(physicalOffset, noPause)
  }

  /** As at a start: what nobody serves any more stays unknown. */
  private async truncate(physicalOffset: number, store: ConsumeQueueStore): Promise<void> {
    this.endOffset = physicalOffset
    for (const queue of this.queues.values()) {
      queue.entries = queue.entries.filter(entry => entry.physicalOffset < physicalOffset)
    }
    await store.writeOut()
    await store.truncate(physicalOffset)
  }

  private offsetAt(share: number): number {
    const recordCount = (this.endOffset - this.beginOffset) / RECORD_BYTES
    return this.beginOffset + Math.round(share * recordCount) * RECORD_BYTES
  }
}
