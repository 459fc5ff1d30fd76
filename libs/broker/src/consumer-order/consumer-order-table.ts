import type { Clock } from '@rocketmq-ts/base'
import type { OrderInfoContent, OrderInfoTableContent } from '@rocketmq-ts/protocol'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { Deadlined } from '../long-polling/deadline-queue'
import { DeadlineTimer } from '../long-polling/deadline-timer'
import { MessageIllegalError } from '../messages/refusals'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TopicTable } from '../topics/topic-table'
import { OrderInfo } from './order-info'
import type { OrderedBatch } from './order-info'

/** So long after its last pop a queue is forgotten. */
const IDLE_MS_MAX = 24 * 3600 * 1000

/** A queue, as one group sees it. */
export interface GroupQueue {
  readonly topic: string
  readonly group: string
  readonly queueId: number
}

/** A message that was popped in order, as its consumer names it. */
export interface OrderedMessage extends GroupQueue {
  readonly offset: number
  readonly popTime: number
}

export interface ConsumerOrderTableDeps {
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'commit' | 'pendingReset'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'after'>
}

interface OrderedQueue extends Deadlined {
  readonly queue: GroupQueue
  info: OrderInfo
  /** When it is free, as far as is known. */
  deadlineMs: number
}

/**
 * Who pops in order: of each queue a group has some messages in its hands, and gets more when these are acknowledged or
 * their time is up. Source: broker/pop/orderly/QueueLevelConsumerManager.java, QueueLevelConsumerOrderInfoLockManager.java
 */
export class ConsumerOrderTable {
  private readonly byKey = new Map<string, Map<number, OrderedQueue>>()
  private readonly releases: DeadlineTimer<OrderedQueue>
  private onFreeListener: (queue: GroupQueue) => void = () => undefined
  private changeCount = 0

  constructor(private readonly deps: ConsumerOrderTableDeps) {
    this.releases = new DeadlineTimer({ clock: deps.clock, onDue: ordered => this.awaitFree(ordered) })
  }

  /** Another number whenever `content` has changed. */
  get revision(): number {
    return this.changeCount
  }

  /** Topics of which a group has something in its hands, or had. */
  get count(): number {
    return this.byKey.size
  }

  /** Told whenever a group may have more of a queue. */
  onFree(listener: (queue: GroupQueue) => void): void {
    this.onFreeListener = listener
  }

  stop(): void {
    this.releases.stop()
  }

  /** True: the group must wait. The attempt that has the messages may have them again. */
  isBlocked(queue: GroupQueue, attemptId: string | null): boolean {
    const info = this.find(queue)?.info
    if (info === undefined || info.isOfAttempt(attemptId)) return false
    return this.deps.clock.nowMs() < info.freeAtMs(this.committed(queue))
  }

  /** The messages of the queue are in a consumer's hands now. Returns how often each was popped before. */
  popped(queue: GroupQueue, batch: OrderedBatch): ReadonlyMap<number, number> {
    const before = this.find(queue)
    const info = OrderInfo.following(before?.info ?? null, batch, this.deps.clock.nowMs())
    if (before === null) this.put(queue, info)
    else {
      before.info = info
      this.changed(before)
    }
    return info.consumedCounts
  }

  /**
   * Commits what is acknowledged without a gap. Of a batch that is not the latest nothing counts any more; of one that
   * is not known only what comes next. Throws MessageIllegalError if the message is none of the batch.
   */
  acknowledge(message: OrderedMessage, remoteAddress: string): void {
    const { topic, group, queueId, offset, popTime } = message
    const committed = this.committed(message)
    if (offset < committed) return
    const ordered = this.find(message)
    if (ordered === null) {
      if (offset === committed) this.commit(message, offset + 1)
      return
    }
    if (ordered.info.batch.popTime !== popTime) return
    if (!ordered.info.acknowledge(offset)) {
      const key = `${topic}@${group}@${queueId}`
      const text = `offset is illegal, key:${key}, old:${committed}, commit:${offset}, next:-1, /${remoteAddress}`
      throw new MessageIllegalError(text)
    }
    this.commit(message, ordered.info.nextOffset(committed))
    this.changed(ordered)
  }

  /** False: it is acknowledged already. A batch that is not the latest is left alone. */
  changeVisibleTime(message: OrderedMessage, atMs: number): boolean {
    if (message.offset < this.committed(message)) return false
    const ordered = this.find(message)
    if (ordered?.info.batch.popTime === message.popTime) {
      ordered.info.setVisibleAt(message.offset, atMs)
      this.changed(ordered)
    }
    return true
  }

  /** As `changeVisibleTime`, for all of the batch: its consumer did not use them, so they count one attempt less. */
  suspend(message: OrderedMessage, untilMs: number): boolean {
    if (message.offset < this.committed(message)) return false
    const ordered = this.find(message)
    if (ordered?.info.batch.popTime === message.popTime) {
      ordered.info = ordered.info.suspended(untilMs)
      this.changed(ordered)
    }
    return true
  }

  /** What the group has of the queue is not waited for any longer. */
  clear(queue: GroupQueue): void {
    const ordered = this.find(queue)
    if (ordered !== null) this.remove(ordered)
  }

  /** Topics and groups that were deleted, queues that nobody pops in order any more. */
  forgetUnused(): void {
    const oldestMs = this.deps.clock.nowMs() - IDLE_MS_MAX
    for (const ordered of [...this.all()]) {
      const { topic, group, queueId } = ordered.queue
      const isThere =
        queueId < (this.deps.topics.find(topic)?.readQueueNums ?? 0) && this.deps.groups.find(group) !== null
      if (!isThere || ordered.info.lastConsumedMs < oldestMs) this.remove(ordered)
    }
  }

  content(): OrderInfoTableContent {
    const table = new Map<string, Map<number, OrderInfoContent>>()
    for (const [key, queues] of this.byKey) {
      table.set(key, new Map([...queues].map(([queueId, { info }]) => [queueId, info.content()])))
    }
    return { orderInfoCount: table.size, orderedConsumptionLevel: 'QUEUE', table }
  }

  restore({ table }: OrderInfoTableContent): void {
    for (const [key, queues] of table) {
      const [topic, group, ...more] = key.split('@')
      if (topic === undefined || group === undefined || more.length > 0) continue
      for (const [queueId, content] of queues) this.put({ topic, group, queueId }, OrderInfo.restored(content))
    }
  }

  private put(queue: GroupQueue, info: OrderInfo): void {
    const key = keyOf(queue)
    let queues = this.byKey.get(key)
    if (!queues) this.byKey.set(key, (queues = new Map<number, OrderedQueue>()))
    const ordered: OrderedQueue = { queue, info, deadlineMs: 0, heapIndex: -1 }
    queues.set(queue.queueId, ordered)
    this.changed(ordered)
  }

  private remove(ordered: OrderedQueue): void {
    const key = keyOf(ordered.queue)
    const queues = this.byKey.get(key)
    queues?.delete(ordered.queue.queueId)
    if (queues?.size === 0) this.byKey.delete(key)
    this.releases.remove(ordered)
    this.changeCount += 1
  }

  private commit(queue: GroupQueue, offset: number): void {
    const { topic, group, queueId } = queue
    if (this.deps.offsets.pendingReset(group, topic, queueId) !== null) return
    this.deps.offsets.commit({ topic, group, queueId, offset })
  }

  private changed(ordered: OrderedQueue): void {
    this.changeCount += 1
    this.awaitFree(ordered)
  }

  /** Until its time comes the clock of the day may be set, and others may commit: then it is looked at again. */
  private awaitFree(ordered: OrderedQueue): void {
    this.releases.remove(ordered)
    const waitMs = ordered.info.freeAtMs(this.committed(ordered.queue)) - this.deps.clock.nowMs()
    if (waitMs <= 0) {
      this.onFreeListener(ordered.queue)
      return
    }
    ordered.deadlineMs = this.deps.clock.monotonicMs() + waitMs
    this.releases.add(ordered)
  }

  private committed({ topic, group, queueId }: GroupQueue): number {
    return this.deps.offsets.query(group, topic, queueId)
  }

  private find(queue: GroupQueue): OrderedQueue | null {
    return this.byKey.get(keyOf(queue))?.get(queue.queueId) ?? null
  }

  private *all(): Iterable<OrderedQueue> {
    for (const queues of this.byKey.values()) yield* queues.values()
  }
}

function keyOf({ topic, group }: GroupQueue): string {
  return `${topic}@${group}`
}
