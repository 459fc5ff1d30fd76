import type { Clock } from '@rocketmq-ts/base'
import { POP_ORDER_REVIVE_QUEUE, readPopExtraInfo } from '@rocketmq-ts/protocol'
import type { AckMessageHeader, ChangeInvisibleTimeHeader } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import { IllegalPopError, PoppedMessageNotFoundError } from '../pop/pop-refusals'
import type { LiteGroups } from './lite-groups'
import { liteQueueName } from './lite-queue-names'

export interface LiteAcknowledgementsDeps {
  readonly groups: Pick<LiteGroups, 'boundTopic'>
  readonly orders: Pick<ConsumerOrderTable, 'acknowledge' | 'changeVisibleTime' | 'suspend'>
  readonly store: Pick<MessageStore, 'maxOffset'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** What the consumer names the message by from now on. */
export interface LiteReceipt {
  readonly popTime: number
  readonly invisibleTime: number
  readonly reviveQid: number
}

type LiteHeader<Header> = Header & { readonly liteTopic: string }

/** True of an acknowledgement or the like that is for a message of a lite topic. */
export function isOfLiteTopic<Header extends { readonly liteTopic: string | null }>(
  header: Header,
): header is LiteHeader<Header> {
  return header.liteTopic !== null && header.liteTopic.trim() !== ''
}

/** Messages of lite topics that their consumers are done with, or want again. Source: broker/processor/AckMessageProcessor.java (ackLite) */
export class LiteAcknowledgements {
  constructor(private readonly deps: LiteAcknowledgementsDeps) {}

  /** Throws IllegalPopError, PoppedMessageNotFoundError, MessageIllegalError. */
  acknowledge(header: LiteHeader<AckMessageHeader>, remoteAddress: string): void {
    const { topic: parentTopic, liteTopic, consumerGroup: group, queueId, offset, extraInfo } = header
    if (this.deps.groups.boundTopic(group) !== parentTopic) {
      throw new IllegalPopError('group type or bind topic not match.')
    }
    const topic = liteQueueName(parentTopic, liteTopic)
    this.requireOffset(topic, offset)
    const { popTime, reviveQueueId } = readPopExtraInfo(extraInfo)
    if (queueId !== 0 || reviveQueueId !== POP_ORDER_REVIVE_QUEUE) throw new IllegalPopError('ack queue illegal.')
    this.deps.orders.acknowledge({ topic, group, queueId: 0, offset, popTime }, remoteAddress)
  }

  /** Null: it is acknowledged already. Throws PoppedMessageNotFoundError. */
  changeInvisibleTime(header: LiteHeader<ChangeInvisibleTimeHeader>): LiteReceipt | null {
    const { topic: parentTopic, liteTopic, consumerGroup: group, offset, extraInfo, invisibleTime, suspend } = header
    const topic = liteQueueName(parentTopic, liteTopic)
    this.requireOffset(topic, offset)
    const { popTime, reviveQueueId } = readPopExtraInfo(extraInfo)
    const message = { topic, group, queueId: 0, offset, popTime }
    const visibleAtMs = this.deps.clock.nowMs() + invisibleTime
    const { orders } = this.deps
    const isOpen = suspend ? orders.suspend(message, visibleAtMs) : orders.changeVisibleTime(message, visibleAtMs)
    return isOpen ? { popTime, invisibleTime: visibleAtMs - popTime, reviveQid: reviveQueueId } : null
  }

  private requireOffset(queueName: string, offset: number): void {
    if (offset > this.deps.store.maxOffset(queueName, 0)) throw new PoppedMessageNotFoundError('ack offset illegal.')
  }
}
