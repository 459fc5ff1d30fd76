import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { isRetryTopic } from '../topics/topic-names'
import type { TopicTable } from '../topics/topic-table'
import { PendingOffsets } from './pending-offsets'

/** `initMode` of a pop. Source: common/constant/ConsumeInitMode.java */
const InitMode = { MIN: 0 } as const

export interface PopOffsetsDeps {
  readonly config: Pick<BrokerConfig, 'initPopOffsetByCheckMsgInMem'>
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'commit' | 'eraseResetOffset'>
  readonly orders: Pick<ConsumerOrderTable, 'clear'>
  readonly store: Pick<MessageStore, 'minOffset' | 'maxOffset' | 'isInMemory'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'findExisting'>
}

export interface PoppedQueue {
  readonly topic: string
  readonly group: string
  readonly queueId: number
}

/**
 * How far each group has popped each queue: what consumers that pull call their committed offset, and beyond it the pops
 * of which something is only in memory.
 */
export class PopOffsets {
  private readonly pending = new Map<string, PendingOffsets>()

  constructor(private readonly deps: PopOffsetsDeps) {}

  /** Where the next pop of the queue begins: where an operator wants it to, else after the last one. */
  begin(queue: PoppedQueue, initMode: number): number {
    const { offsets, orders } = this.deps
    const { topic, group, queueId } = queue
    const resetOffset = offsets.eraseResetOffset(group, topic, queueId)
    if (resetOffset !== null) {
      this.forget(queue)
      orders.clear({ topic, group, queueId })
      offsets.commit({ group, topic, queueId, offset: resetOffset })
      return resetOffset
    }
    const known = offsets.query(group, topic, queueId)
    if (known >= 0) return this.beyond(queue, known)
    // Whatever was popped, it was before the group or the topic was deleted.
    this.forget(queue)
    const offset = this.firstOffset(topic, queueId, initMode)
    offsets.commit({ group, topic, queueId, offset })
    return offset
  }

  /** What `begin` would say, without beginning. */
  peek(queue: PoppedQueue, initMode: number): number {
    return this.next(queue) ?? this.firstOffset(queue.topic, queue.queueId, initMode)
  }

  /** Where the next pop begins; null if the group has popped nothing of the queue yet. */
  next(queue: PoppedQueue): number | null {
    const known = this.deps.offsets.query(queue.group, queue.topic, queue.queueId)
    return known >= 0 ? this.beyond(queue, known) : null
  }

  /** The next pop begins at `offset`, after a crash too, unless earlier pops are only in memory. */
  commit(queue: PoppedQueue, offset: number): void {
    const pending = this.pendingOf(queue)
    if (pending === null) this.deps.offsets.commit({ ...queue, offset })
    else pending.addSafe(offset)
  }

  /** The next pop begins at `offset`; after a crash only if what is returned was called before. */
  hold({ topic, group, queueId }: PoppedQueue, offset: number): () => void {
    const key = keyOf({ topic, group, queueId })
    let pending = this.pending.get(key)
    if (pending === undefined) {
      pending = new PendingOffsets(safe => this.onSafe({ topic, group, queueId }, safe))
      this.pending.set(key, pending)
    }
    return pending.add(offset)
  }

  /** Pops of the queue that are only in memory. */
  heldCount(queue: PoppedQueue): number {
    return this.pendingOf(queue)?.heldCount ?? 0
  }

  private onSafe(queue: PoppedQueue, offset: number): void {
    if (this.pendingOf(queue)?.isEmpty === true) this.pending.delete(keyOf(queue))
    const { topics, groups, offsets } = this.deps
    const isDeleted = topics.find(queue.topic) === null || groups.findExisting(queue.group) === null
    if (!isDeleted) offsets.commit({ ...queue, offset })
  }

  /** Pops that are only in memory go on from the last of them, unless the queue began anew. */
  private beyond(queue: PoppedQueue, known: number): number {
    const latest = this.pendingOf(queue)?.latest ?? -1
    if (latest <= known) return known
    if (latest <= this.deps.store.maxOffset(queue.topic, queue.queueId)) return latest
    this.forget(queue)
    return known
  }

  private forget(queue: PoppedQueue): void {
    this.pendingOf(queue)?.drop()
    this.pending.delete(keyOf(queue))
  }

  private pendingOf(queue: PoppedQueue): PendingOffsets | null {
    return this.pending.size === 0 ? null : (this.pending.get(keyOf(queue)) ?? null)
  }

  /** Who wants the newest gets one that is there already, or all while that costs no reading. */
  private firstOffset(topic: string, queueId: number, initMode: number): number {
    const { config, store } = this.deps
    const minOffset = store.minOffset(topic, queueId)
    if (initMode === InitMode.MIN || isRetryTopic(topic)) return minOffset
    if (config.initPopOffsetByCheckMsgInMem && minOffset <= 0 && store.isInMemory(topic, queueId, 0)) return 0
    return Math.max(0, store.maxOffset(topic, queueId) - 1)
  }
}

function keyOf({ topic, group, queueId }: PoppedQueue): string {
  return `${topic}@${group}@${queueId}`
}
