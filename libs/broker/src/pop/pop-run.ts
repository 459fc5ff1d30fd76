import { POP_ORDER_REVIVE_QUEUE, StoredMessageLayout } from '@rocketmq-ts/protocol'
import type { PopCheckPoint } from '@rocketmq-ts/protocol'
import { readSafeInt64 } from '@rocketmq-ts/base'
import type { GetListener, GetMessageQuery, GetMessageResult, MessageFilter, MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOrderTable, GroupQueue } from '../consumer-order/consumer-order-table'
import type { CheckPoints } from './check-points'
import type { PopInflightMessages } from './pop-inflight-messages'
import type { FoundInQueue, PopOutcome, PopQueue, PopWish } from './pop-wish'
import type { PopOffsets } from './pop-offsets'

export interface PopRunDeps {
  readonly config: Pick<BrokerConfig, 'enablePopMessageThreshold' | 'popInflightMessageThreshold'>
  readonly brokerName: string
  readonly store: Pick<MessageStore, 'get' | 'maxOffset'>
  readonly offsets: PopOffsets
  readonly checkPoints: Pick<CheckPoints, 'add' | 'hold' | 'isFull' | 'nextReviveQueueId'>
  readonly orders: Pick<ConsumerOrderTable, 'isBlocked' | 'popped'>
  readonly inflight: Pick<PopInflightMessages, 'of'>
  /** Queues, by group, that someone is just popping. */
  readonly locks: Set<string>
  /** Which messages of its queue a result has; without it, what the records say of the queue that they were sent to. */
  readonly offsetsIn?: (result: GetMessageResult, queueName: string) => readonly number[]
}

/** Told once how a run ended. */
export interface PopRunListener {
  onPopped(outcome: PopOutcome): void
  onPopFailed(error: Error): void
}

const NO_COUNTS: ReadonlyMap<number, number> = new Map()

/**
 * Looks through queues for as many messages as are wanted, then writes a check point for each queue that had some, all in
 * one turn. A queue is locked until its check point is stored and its offset moved; who finds it locked passes it over.
 * What is popped in order has no check point: its queue is blocked instead, and its offset moves with the acks.
 * Source: broker/processor/PopMessageProcessor.java
 */
export class PopRun implements GetMessageQuery, GetListener {
  topic = ''
  queueId = 0
  queueOffset = 0
  messageCountMax = 0
  readonly bytesMax = null
  readonly filter: MessageFilter | null
  private readonly found: FoundInQueue[] = []
  private readonly reviveQueueId: number
  private foundCount = 0
  private queueIndex = 0
  private unwrittenCount = 0
  /** Where each queue ended that was looked at. */
  private readonly seenOffsets: number[] = []
  /** The offset that the group had was none of the queue: looked at again, once. */
  private isCorrected = false

  constructor(
    private readonly wish: PopWish,
    private readonly popTime: number,
    private readonly deps: PopRunDeps,
    private readonly listener: PopRunListener,
  ) {
    this.filter = wish.filter
    this.reviveQueueId = wish.order ? POP_ORDER_REVIVE_QUEUE : deps.checkPoints.nextReviveQueueId()
  }

  start(): void {
    if (this.wish.order === null && this.deps.checkPoints.isFull) {
      const { popTime, reviveQueueId } = this
      this.listener.onPopped({ found: [], popTime, reviveQueueId, restCount: 0, isWorthAnotherLook: false })
    } else this.lookOn()
  }

  onGet(result: GetMessageResult): void {
    const { status, nextBeginOffset, messageCount } = result
    if (messageCount > 0) {
      this.found.push(this.foundIn(result))
      this.foundCount += messageCount
      this.lookOn()
      return
    }
    result.release()
    const moves = nextBeginOffset >= 0 && nextBeginOffset !== this.queueOffset
    if (moves) this.deps.offsets.commit(this.poppedQueue(this), nextBeginOffset)
    if (moves && isOffQueue(status) && !this.isCorrected) {
      this.isCorrected = true
      this.get(nextBeginOffset)
      return
    }
    this.seenOffsets[this.queueIndex - 1] = nextBeginOffset
    this.deps.locks.delete(this.lockKey(this))
    this.lookOn()
  }

  onGetFailed(error: Error): void {
    this.deps.locks.delete(this.lockKey(this))
    for (const found of this.found) this.letGo(found)
    this.listener.onPopFailed(error)
  }

  private lookOn(): void {
    const { queues, initMode, messageCountMax } = this.wish
    const { store, offsets, locks } = this.deps
    while (this.queueIndex < queues.length && this.foundCount < messageCountMax) {
      const queue = queues[this.queueIndex++] as PopQueue
      const lockKey = this.lockKey(queue)
      if (locks.has(lockKey)) continue
      const offset = offsets.begin(this.poppedQueue(queue), initMode)
      if (this.isBlocked(queue)) continue
      this.seenOffsets[this.queueIndex - 1] = store.maxOffset(queue.topic, queue.queueId)
      if (this.seenOffsets[this.queueIndex - 1] === offset || this.hasTooManyInflight(queue)) continue
      locks.add(lockKey)
      this.topic = queue.topic
      this.queueId = queue.queueId
      this.isCorrected = false
      this.get(offset)
      return
    }
    if (this.wish.order === null) this.writeCheckPoints()
    else this.end(this.found.map(found => this.blocked(found, this.wish.order?.attemptId ?? null)))
  }

  private get(offset: number): void {
    this.queueOffset = offset
    this.messageCountMax = this.wish.messageCountMax - this.foundCount
    this.deps.store.get(this, this)
  }

  private foundIn(result: GetMessageResult): FoundInQueue {
    const { topic, queueId, queueOffset: startOffset } = this
    const { offsetsIn = queueOffsetsIn } = this.deps
    return { topic, queueId, startOffset, result, offsets: offsetsIn(result, topic), consumedCounts: NO_COUNTS }
  }

  private blocked(found: FoundInQueue, attemptId: string | null): FoundInQueue {
    const { popTime, wish, deps } = this
    const { offsets } = found
    const batch = { attemptId, popTime, invisibleTime: wish.invisibleTime, offsets }
    const consumedCounts = deps.orders.popped(this.poppedQueue(found), batch)
    deps.locks.delete(this.lockKey(found))
    return { ...found, consumedCounts }
  }

  private writeCheckPoints(): void {
    const { checkPoints, offsets, locks } = this.deps
    const written: FoundInQueue[] = []
    const onWritten = (found: FoundInQueue): void => {
      locks.delete(this.lockKey(found))
      written.push(found)
    }
    const onEnd = (): void => {
      this.unwrittenCount -= 1
      if (this.unwrittenCount === 0) this.end(written)
    }
    this.unwrittenCount = this.found.length
    if (this.unwrittenCount === 0) this.end(written)
    for (const found of this.found) {
      const checkPoint = this.checkPointOf(found)
      const nextOffset = found.result.nextBeginOffset
      if (checkPoints.hold(this.reviveQueueId, checkPoint, nextOffset)) {
        onWritten(found)
        onEnd()
        continue
      }
      checkPoints.add(this.reviveQueueId, checkPoint, error => {
        if (error === null) {
          offsets.commit(this.poppedQueue(found), nextOffset)
          onWritten(found)
        } else this.letGo(found)
        onEnd()
      })
    }
  }

  private checkPointOf({ topic, queueId, startOffset, offsets }: FoundInQueue): PopCheckPoint {
    const { group, invisibleTime } = this.wish
    const { popTime, deps } = this
    return {
      ...{ topic, group, queueId, startOffset, popTime, invisibleTime, offsets, brokerName: deps.brokerName },
      ...{ ackedBits: 0, rePutTimes: 0, isSuspended: false },
    }
  }

  private letGo(found: FoundInQueue): void {
    this.deps.locks.delete(this.lockKey(found))
    found.result.release()
  }

  private end(found: readonly FoundInQueue[]): void {
    let restCount = 0
    let isWorthAnotherLook = false
    for (const [index, queue] of this.wish.queues.entries()) {
      const maxOffset = this.deps.store.maxOffset(queue.topic, queue.queueId)
      const rest = maxOffset - this.nextOffset(queue, maxOffset)
      if (rest <= 0) continue
      restCount += rest
      isWorthAnotherLook ||= maxOffset > (this.seenOffsets[index] ?? -1) && !this.deps.locks.has(this.lockKey(queue))
    }
    const { popTime, reviveQueueId } = this
    this.listener.onPopped({ found, popTime, reviveQueueId, restCount, isWorthAnotherLook })
  }

  /** Of a queue that is blocked for this pop there is nothing more until others acknowledge: they are woken then. */
  private nextOffset(queue: PopQueue, maxOffset: number): number {
    const { topic, queueId } = queue
    if (this.wish.order !== null) {
      const found = this.found.find(found => found.queueId === queueId && found.topic === topic)
      if (found !== undefined) return found.result.nextBeginOffset
      if (this.isBlocked(queue)) return maxOffset
    }
    return this.deps.offsets.peek(this.poppedQueue(queue), this.wish.initMode)
  }

  private isBlocked(queue: PopQueue): boolean {
    const { order } = this.wish
    return order !== null && this.deps.orders.isBlocked(this.poppedQueue(queue), order.attemptId)
  }

  /** Until consumers acknowledge, the group gets no more of the queue; who waits is not told, as in Java. */
  private hasTooManyInflight(queue: PopQueue): boolean {
    const { config, inflight } = this.deps
    if (!config.enablePopMessageThreshold) return false
    return inflight.of(this.poppedQueue(queue)) > config.popInflightMessageThreshold
  }

  private poppedQueue({ topic, queueId }: PopQueue): GroupQueue {
    return { topic, queueId, group: this.wish.group }
  }

  private lockKey({ topic, queueId }: PopQueue): string {
    return `${topic}@${this.wish.group}@${queueId}`
  }
}

function isOffQueue(status: GetMessageResult['status']): boolean {
  return status === 'OFFSET_TOO_SMALL' || status === 'OFFSET_OVERFLOW_BADLY' || status === 'OFFSET_FOUND_NULL'
}

function queueOffsetsIn({ parts }: GetMessageResult): readonly number[] {
  const offsets: number[] = []
  for (const part of parts) {
    for (let at = 0; at < part.length; at += part.readInt32BE(at + StoredMessageLayout.recordBytesAt)) {
      offsets.push(readSafeInt64(part, at + StoredMessageLayout.queueOffsetAt))
    }
  }
  return offsets
}
