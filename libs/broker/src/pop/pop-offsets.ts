import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import { isRetryTopic } from '../topics/topic-names'

/** `initMode` of a pop. Source: common/constant/ConsumeInitMode.java */
const InitMode = { MIN: 0 } as const

export interface PopOffsetsDeps {
  readonly config: Pick<BrokerConfig, 'initPopOffsetByCheckMsgInMem'>
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'commit' | 'eraseResetOffset'>
  readonly orders: Pick<ConsumerOrderTable, 'clear'>
  readonly store: Pick<MessageStore, 'minOffset' | 'maxOffset' | 'isInMemory'>
}

export interface PoppedQueue {
  readonly topic: string
  readonly group: string
  readonly queueId: number
}

/** How far each group has popped each queue: what consumers that pull call their committed offset. */
export class PopOffsets {
  constructor(private readonly deps: PopOffsetsDeps) {}

  /** Where the next pop of the queue begins: where an operator wants it to, else after the last one. */
  begin({ topic, group, queueId }: PoppedQueue, initMode: number): number {
    const { offsets, orders } = this.deps
    const resetOffset = offsets.eraseResetOffset(group, topic, queueId)
    if (resetOffset !== null) {
      orders.clear({ topic, group, queueId })
      offsets.commit({ group, topic, queueId, offset: resetOffset })
      return resetOffset
    }
    const known = offsets.query(group, topic, queueId)
    if (known >= 0) return known
    const offset = this.firstOffset(topic, queueId, initMode)
    offsets.commit({ group, topic, queueId, offset })
    return offset
  }

  /** What `begin` would say, without beginning. */
  peek({ topic, group, queueId }: PoppedQueue, initMode: number): number {
    const known = this.deps.offsets.query(group, topic, queueId)
    return known >= 0 ? known : this.firstOffset(topic, queueId, initMode)
  }

  commit({ topic, group, queueId }: PoppedQueue, offset: number): void {
    this.deps.offsets.commit({ group, topic, queueId, offset })
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
