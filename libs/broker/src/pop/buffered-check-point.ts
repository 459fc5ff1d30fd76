import type { PopCheckPoint } from '@rocketmq-ts/protocol'
import type { Deadlined } from '../long-polling/deadline-queue'

export interface BufferedPop {
  readonly key: string
  readonly reviveQueueId: number
  readonly checkPoint: PopCheckPoint
  /** When it must be stored, by the wall clock. */
  readonly deadlineMs: number
  /** It is stored, or need not be. */
  readonly onSafe: () => void
}

/** A check point that is nowhere but in memory, with the acks that came since. */
export class BufferedCheckPoint implements Deadlined {
  deadlineMs: number
  heapIndex = -1
  /** Acks that come meanwhile are stored too. */
  isBeingStored = false
  private ackedBits = 0

  constructor(readonly pop: BufferedPop) {
    this.deadlineMs = pop.deadlineMs
  }

  /** True if the message was not acknowledged before; false also if it is none of these. */
  acknowledge(offset: number): boolean {
    const index = this.pop.checkPoint.offsets.indexOf(offset)
    if (index < 0 || this.isAcknowledgedAt(index)) return false
    this.ackedBits |= 1 << index
    return true
  }

  get isDone(): boolean {
    return this.unacknowledgedCount === 0
  }

  get unacknowledgedCount(): number {
    return this.pop.checkPoint.offsets.filter((_, index) => !this.isAcknowledgedAt(index)).length
  }

  /** As it is stored: with its acks, so that they need no records of their own. */
  get current(): PopCheckPoint {
    return { ...this.pop.checkPoint, ackedBits: this.ackedBits }
  }

  private isAcknowledgedAt(index: number): boolean {
    return ((this.ackedBits >>> index) & 1) === 1
  }
}
