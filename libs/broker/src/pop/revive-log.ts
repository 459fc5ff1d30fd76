import type { Clock } from '@rocketmq-ts/base'
import { encodePopAck, encodePopBatchAck, encodePopCheckPoint, javaStringHashCode } from '@rocketmq-ts/protocol'
import type { PopAck, PopCheckPoint } from '@rocketmq-ts/protocol'
import type { MessageStore, MessageToStore, PutListener } from '@rocketmq-ts/store'
import { property } from '../messages/edited-properties'
import { checkPointKey } from './live-check-point'

/** Tags of the records of the revive topic. Source: common/PopAckConstants.java */
export const ReviveTag = { CHECK_POINT: 'ck', ACK: 'ack', BATCH_ACK: 'bAck' } as const
export type ReviveTag = (typeof ReviveTag)[keyof typeof ReviveTag]

export interface ReviveLogDeps {
  readonly reviveTopic: string
  readonly store: Pick<MessageStore, 'put'>
  readonly storeHost: Buffer
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * Writes check points and acks to the revive topic, in Java's bytes. Java has its timer deliver them when they are due
 * and needs two records for each. Here they go there at once and wait in memory; TIMER_DELIVER_MS says when they came to
 * the topic, as it does in Java, which takes the newest for how far it may revive.
 * Source: broker/processor/PopMessageProcessor.java, AckMessageProcessor.java
 */
export class ReviveLog {
  constructor(private readonly deps: ReviveLogDeps) {}

  putCheckPoint(queueId: number, checkPoint: PopCheckPoint, listener: PutListener): void {
    const uniqueKey = `${checkPointKey(checkPoint)}@${ReviveTag.CHECK_POINT}`
    this.put(queueId, { tag: ReviveTag.CHECK_POINT, uniqueKey, body: encodePopCheckPoint(checkPoint) }, listener)
  }

  putAck(queueId: number, ack: PopAck, listener: PutListener): void {
    const [offset = -1, ...more] = ack.offsets
    const isBatch = more.length > 0
    const tag = isBatch ? ReviveTag.BATCH_ACK : ReviveTag.ACK
    const body = isBatch ? encodePopBatchAck(ack) : encodePopAck(ack, offset)
    this.put(queueId, { tag, uniqueKey: ackKey(ack, isBatch ? -1 : offset), body }, listener)
  }

  private put(
    queueId: number,
    { tag, uniqueKey, body }: { readonly tag: ReviveTag; readonly uniqueKey: string; readonly body: Buffer },
    listener: PutListener,
  ): void {
    const { reviveTopic, store, storeHost, clock } = this.deps
    const nowMs = clock.nowMs()
    const pairs = property('TAGS', tag) + property('TIMER_DELIVER_MS', nowMs) + property('UNIQ_KEY', uniqueKey)
    const message: MessageToStore = {
      topic: reviveTopic,
      queueId,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: nowMs,
      bornHost: storeHost,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body,
      properties: Buffer.from(pairs),
      tagsCode: tagsCodes[tag],
      waitStoreMessageOk: true,
    }
    store.put(message, listener)
  }
}

const tagsCodes: Readonly<Record<ReviveTag, number>> = {
  ck: javaStringHashCode('ck'),
  ack: javaStringHashCode('ack'),
  bAck: javaStringHashCode('bAck'),
}

/** Of a batch too Java writes the key of a single ack, of the message -1. */
function ackKey({ topic, queueId, group, popTime, brokerName }: PopAck, offset: number): string {
  return `${topic}@${queueId}@${offset}@${group}@${popTime}@${brokerName}@${ReviveTag.ACK}`
}
