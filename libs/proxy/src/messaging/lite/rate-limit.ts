import type { Clock } from '@rocketmq-ts/base'

const MS_PER_SECOND = 1000

/** So many a second; who was idle may catch up on one second. */
export class RateLimit {
  private left: number
  private countedMs = 0

  constructor(
    private readonly perSecond: number,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.left = perSecond
  }

  /** False: one too many. */
  take(): boolean {
    const nowMs = this.clock.monotonicMs()
    this.left = Math.min(this.perSecond, this.left + ((nowMs - this.countedMs) * this.perSecond) / MS_PER_SECOND)
    this.countedMs = nowMs
    if (this.left < 1) return false
    this.left -= 1
    return true
  }
}
