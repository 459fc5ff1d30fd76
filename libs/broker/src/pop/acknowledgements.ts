import type { PopAck, PopCheckPoint, TopicConfig } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import { FAQ_HINT, MessageIllegalError, TopicNotExistError } from '../messages/refusals'
import type { TopicTable } from '../topics/topic-table'
import type { CheckPointListener, CheckPoints } from './check-points'
import { IllegalPopError, PoppedMessageNotFoundError } from './pop-refusals'

export interface AcknowledgementsDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly store: Pick<MessageStore, 'minOffset' | 'maxOffset'>
  readonly checkPoints: Pick<CheckPoints, 'acknowledge' | 'add' | 'hasReviveQueue'>
}

/** A message that was popped, as its consumer names it. */
export interface PoppedMessage {
  readonly topic: string
  readonly queueId: number
  readonly offset: number
}

/** What ACK, BATCH_ACK and CHANGE_INVISIBLETIME have in common. Source: broker/processor/AckMessageProcessor.java */
export class Acknowledgements {
  constructor(private readonly deps: AcknowledgementsDeps) {}

  /** Throws TopicNotExistError, MessageIllegalError. */
  requireQueue({ topic: name, queueId }: PoppedMessage, remoteAddress: string): TopicConfig {
    const topic = this.deps.topics.find(name)
    if (topic === null) throw new TopicNotExistError(`topic[${name}] not exist, apply first please! ${FAQ_HINT}`)
    if (queueId >= 0 && queueId < topic.readQueueNums) return topic
    throw new MessageIllegalError(
      `queueId[${queueId}] is illegal, topic:[${name}] topicConfig.readQueueNums:[${topic.readQueueNums}] ` +
        `consumer:[/${remoteAddress}]`,
    )
  }

  /** Smallest and largest offset that may be acknowledged: as in Java the end of the queue is one of them. */
  range(topic: string, queueId: number): readonly [number, number] {
    return [this.deps.store.minOffset(topic, queueId), this.deps.store.maxOffset(topic, queueId)]
  }

  /** Throws PoppedMessageNotFoundError. */
  requireOffset({ topic, queueId, offset }: PoppedMessage): void {
    const [minOffset, maxOffset] = this.range(topic, queueId)
    if (offset >= minOffset && offset <= maxOffset) return
    const text = `offset is illegal, key:${topic}@${queueId}, commit:${offset}, store:${minOffset}~${maxOffset}`
    throw new PoppedMessageNotFoundError(text)
  }

  /** Throws IllegalPopError. */
  requireReviveQueue(reviveQueueId: number): void {
    if (this.deps.checkPoints.hasReviveQueue(reviveQueueId)) return
    throw new IllegalPopError(`reviveQueueId[${reviveQueueId}] is illegal, this broker has fewer (reviveQueueNum)`)
  }

  /** `listener` is told when it is stored, or kept in memory. */
  acknowledge(reviveQueueId: number, ack: PopAck, endMs: number, listener: CheckPointListener): void {
    this.deps.checkPoints.acknowledge(reviveQueueId, ack, endMs, listener)
  }

  /** As `acknowledge`, for callers that have time for a promise. Rejects with NotStoredError. */
  acknowledged(reviveQueueId: number, ack: PopAck, endMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.acknowledge(reviveQueueId, ack, endMs, error => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  }

  /** Resolves when it is stored. Rejects with NotStoredError. */
  add(reviveQueueId: number, checkPoint: PopCheckPoint): Promise<void> {
    return new Promise((resolve, reject) => {
      this.deps.checkPoints.add(reviveQueueId, checkPoint, error => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  }
}
