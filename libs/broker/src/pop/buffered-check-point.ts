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

  acknowledge(offset: number): void {
    const index = this.pop.checkPoint.offsets.indexOf(offset)
    if (index >= 0) this.ackedBits |= 1 << index
  }

  get isDone(): boolean {
    const { length } = this.pop.checkPoint.offsets
    return this.ackedBits === ((2 ** length - 1) | 0)
  }

  /** As it is stored: with its acks, so that they need no records of their own. */
  get current(): PopCheckPoint {
    return { ...this.pop.checkPoint, ackedBits: this.ackedBits }
  }
}
