import type { Clock, Component, Timer } from '@rocketmq-ts/base'
import type { StoreStatistics } from '@rocketmq-ts/store'

const PERIOD_MS = 1_000
/** What the three numbers of a rate look back at. */
const LOOK_BACK_SECONDS = [10, 60, 600] as const
const SAMPLE_COUNT_MAX = 601

interface Sample {
  readonly timestamp: number
  readonly put: number
  readonly found: number
  readonly missed: number
  readonly transferred: number
}

export interface StoreRatesDeps {
  readonly clock: Pick<Clock, 'nowMs' | 'every'>
  readonly statistics: StoreStatistics
}

/** Puts and gets per second over the last 10 s, minute and ten minutes. Source: store/StoreStatsService.java */
export class StoreRates implements Component {
  private readonly samples: Sample[] = []
  private timer: Timer | null = null

  constructor(private readonly deps: StoreRatesDeps) {}

  start(): Promise<void> {
    this.samples.push(this.current())
    this.timer = this.deps.clock.every(PERIOD_MS, () => {
      this.samples.push(this.current())
      if (this.samples.length > SAMPLE_COUNT_MAX) this.samples.shift()
    })
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.timer?.cancel()
    return Promise.resolve()
  }

  /** Three numbers with a space between, as tools split them. */
  putTps(): string {
    return this.rates(sample => sample.put)
  }

  getFoundTps(): string {
    return this.rates(sample => sample.found)
  }

  getMissTps(): string {
    return this.rates(sample => sample.missed)
  }

  getTotalTps(): string {
    return this.rates(sample => sample.found + sample.missed)
  }

  getTransferredTps(): string {
    return this.rates(sample => sample.transferred)
  }

  private rates(countOf: (sample: Sample) => number): string {
    const now = this.current()
    return LOOK_BACK_SECONDS.map(seconds => this.rate(now, seconds, countOf)).join(' ')
  }

  /** Since the sample of that long ago, or the oldest there is. */
  private rate(now: Sample, seconds: number, countOf: (sample: Sample) => number): string {
    const then = this.samples.at(-seconds) ?? this.samples[0] ?? now
    const elapsedMs = now.timestamp - then.timestamp
    const rate = elapsedMs > 0 ? ((countOf(now) - countOf(then)) * 1000) / elapsedMs : 0
    return Number.isInteger(rate) ? rate.toFixed(1) : String(rate)
  }

  private current(): Sample {
    const { clock, statistics } = this.deps
    return {
      timestamp: clock.nowMs(),
      put: statistics.putMessageCount,
      found: statistics.getFoundCount,
      missed: statistics.getMissCount,
      transferred: statistics.getTransferredMessageCount,
    }
  }
}
