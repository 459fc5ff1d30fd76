import type { PopAck, PopCheckPoint } from '@rocketmq-ts/protocol'
import type { Deadlined } from '../long-polling/deadline-queue'

/** Names a check point: its acks carry the same fields. */
export function checkPointKey(
  of: Pick<PopAck, 'topic' | 'group' | 'queueId' | 'startOffset' | 'popTime' | 'brokerName'>,
): string {
  return `${of.topic}@${of.queueId}@${of.startOffset}@${of.group}@${of.popTime}@${of.brokerName}`
}

/** As many as there are bits for. */
const OFFSET_COUNT_MAX = 32

/** A check point with messages that are not acknowledged yet: at its deadline they are given out again. */
export class LiveCheckPoint implements Deadlined {
  readonly key: string
  /** When it is due, by the wall clock. */
  readonly dueMs: number
  /** When it is dealt with: later than it is due if that was tried in vain. */
  deadlineMs: number
  heapIndex = -1
  ackedBits: number
  /** Those whose acknowledgement is on its way to the disk: who writes the check point again counts them as acknowledged. */
  private claimedBits = 0
  rePutTimes: number

  constructor(
    readonly checkPoint: PopCheckPoint,
    /** Where its record is in the revive topic. */
    public reviveOffset: number,
    graceMs: number,
  ) {
    this.key = checkPointKey(checkPoint)
    this.dueMs = checkPoint.popTime + checkPoint.invisibleTime + graceMs
    this.deadlineMs = this.dueMs
    this.ackedBits = checkPoint.ackedBits
    this.rePutTimes = checkPoint.rePutTimes
  }

  /** True if the message was not acknowledged before; false also if it is none of these. */
  acknowledge(offset: number): boolean {
    const index = this.checkPoint.offsets.indexOf(offset)
    if (index < 0 || this.isAcknowledgedAt(index)) return false
    this.ackedBits |= 1 << index
    return true
  }

  /** Its acknowledgement is being written. */
  claim(offset: number): void {
    const index = this.checkPoint.offsets.indexOf(offset)
    if (index >= 0) this.claimedBits |= 1 << index
  }

  isAcknowledged(offset: number): boolean {
    const index = this.checkPoint.offsets.indexOf(offset)
    return index < 0 || this.isAcknowledgedAt(index)
  }

  hasSameOffsets({ checkPoint }: LiveCheckPoint): boolean {
    return checkPoint.offsets.join() === this.checkPoint.offsets.join()
  }

  /** A queue that is popped twice from one offset within a millisecond, as after a crash, has one check point for both. */
  mergedWith({ checkPoint, reviveOffset, unacknowledged }: LiveCheckPoint, graceMs: number): LiveCheckPoint {
    const open = [...new Set([...this.unacknowledged, ...unacknowledged])].slice(0, OFFSET_COUNT_MAX)
    return new LiveCheckPoint({ ...checkPoint, offsets: open, ackedBits: 0 }, reviveOffset, graceMs)
  }

  get unacknowledged(): readonly number[] {
    return this.checkPoint.offsets.filter((_, index) => !this.isAcknowledgedAt(index))
  }

  /** All of its messages are acknowledged. */
  get isDone(): boolean {
    const allBits = (2 ** this.checkPoint.offsets.length - 1) | 0
    return (this.ackedBits & allBits) === allBits
  }

  /** As it would be written now. */
  get current(): PopCheckPoint {
    return { ...this.checkPoint, ackedBits: this.ackedBits | this.claimedBits, rePutTimes: this.rePutTimes }
  }

  private isAcknowledgedAt(index: number): boolean {
    return ((this.ackedBits >>> index) & 1) === 1
  }
}
