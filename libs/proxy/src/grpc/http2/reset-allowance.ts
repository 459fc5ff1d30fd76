import type { Clock } from '@rocketmq-ts/base'

/** Streams that a client may begin and take back at once. */
const RESET_COUNT_MAX = 1000
const RESETS_PER_MS = 33 / 1000

/** How often a client may take streams back: each costs it nothing, and us a call. */
export class ResetAllowance {
  private left = RESET_COUNT_MAX
  private sinceMs: number

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {
    this.sinceMs = clock.monotonicMs()
  }

  /** False: it was once too often. */
  take(): boolean {
    const nowMs = this.clock.monotonicMs()
    this.left = Math.min(RESET_COUNT_MAX, this.left + (nowMs - this.sinceMs) * RESETS_PER_MS) - 1
    this.sinceMs = nowMs
    return this.left >= 0
  }
}
