import type { Clock } from '@rocketmq-ts/base'
import type { PopAck, PopCheckPoint } from '@rocketmq-ts/protocol'
import type { PutMessageResult } from '@rocketmq-ts/store'
import { isStored } from '../messages/put-status'
import { NotStoredError } from '../messages/refusals'
import { checkPointKey } from './live-check-point'
import type { PopBufferMergeService } from './pop-buffer-merge-service'
import type { ReviveLog } from './revive-log'
import type { ReviveQueue } from './revive-queue'

/** After its time an ack of an unknown check point can no longer be for one that is still to come. */
const UNKNOWN_ACK_GRACE_MS = 10_000

export interface CheckPointsLimits {
  /** Over it nothing more is popped until consumers acknowledge, or their time is up. */
  readonly checkPointCountMax: number
}

/** Each takes about 0.5 KB. */
export const checkPointsLimits: CheckPointsLimits = { checkPointCountMax: 500_000 }

export interface CheckPointsDeps {
  readonly queues: readonly ReviveQueue[]
  readonly log: Pick<ReviveLog, 'putCheckPoint' | 'putAck'>
  readonly buffer: Pick<PopBufferMergeService, 'hold' | 'acknowledge' | 'size'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** Told how a write ended: null when it is stored. */
export type CheckPointListener = (error: NotStoredError | null) => void

/** The check points of this broker: writes them and their acks to the revive topic, and knows which are live. */
export class CheckPoints {
  private turn = 0

  constructor(
    private readonly limits: CheckPointsLimits,
    private readonly deps: CheckPointsDeps,
  ) {}

  /** In turn, so that no queue of the revive topic has all the work. */
  nextReviveQueueId(): number {
    this.turn = (this.turn + 1) % this.deps.queues.length
    return this.turn
  }

  hasReviveQueue(queueId: number): boolean {
    return this.deps.queues[queueId] !== undefined
  }

  get isFull(): boolean {
    const { queues, buffer } = this.deps
    return queues.reduce((sum, { liveCount }) => sum + liveCount, buffer.size) >= this.limits.checkPointCountMax
  }

  /** True: its messages may be given out, and it is stored later, if it must be. False: it has to be added now. */
  hold(reviveQueueId: number, checkPoint: PopCheckPoint, nextOffset: number): boolean {
    return this.deps.buffer.hold(reviveQueueId, checkPoint, nextOffset)
  }

  add(reviveQueueId: number, checkPoint: PopCheckPoint, listener: CheckPointListener): void {
    this.deps.log.putCheckPoint(reviveQueueId, checkPoint, {
      onPut: result => {
        const error = errorOf(result)
        if (error === null) this.deps.queues[reviveQueueId]?.checkPointStored(checkPoint, result.queueOffset)
        listener(error)
      },
    })
  }

  /** Says that messages need not come again. `endMs` is when the consumer's time with them is up. */
  acknowledge(reviveQueueId: number, ack: PopAck, endMs: number, listener: CheckPointListener): void {
    const key = checkPointKey(ack)
    if (this.deps.buffer.acknowledge(key, ack.offsets)) {
      listener(null)
      return
    }
    const queue = this.deps.queues[reviveQueueId]
    const live = queue?.find(key) ?? null
    if (live === null && queue?.isUpToDate === true && endMs + UNKNOWN_ACK_GRACE_MS < this.deps.clock.nowMs()) {
      listener(null) // it was done with long ago
      return
    }
    const offsets = live === null ? ack.offsets : ack.offsets.filter(offset => !live.isAcknowledged(offset))
    if (offsets.length === 0) {
      listener(null)
      return
    }
    const written = offsets.length === ack.offsets.length ? ack : { ...ack, offsets }
    for (const offset of offsets) live?.claim(offset)
    this.deps.log.putAck(reviveQueueId, written, {
      onPut: result => {
        const error = errorOf(result)
        if (error === null) this.deps.queues[reviveQueueId]?.ackStored(written, result.queueOffset)
        listener(error)
      },
    })
  }
}

function errorOf({ status, reason }: PutMessageResult): NotStoredError | null {
  return isStored(status) ? null : new NotStoredError(reason === null ? status : `${status}: ${reason}`)
}
