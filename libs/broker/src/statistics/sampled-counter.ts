/** What a counter gained over a stretch of time. Source: common/stats/StatsSnapshot.java */
export interface StatsSnapshot {
  readonly sum: number
  /** Per second. */
  readonly tps: number
  /** Sum per event. */
  readonly avgpt: number
}

interface Sample {
  readonly timestamp: number
  readonly sum: number
  readonly times: number
}

/** How often and for how long each window is sampled. Source: common/stats/StatsItem.java */
export const SAMPLING = {
  minute: { periodMs: 10_000, sampleCount: 7 },
  hour: { periodMs: 10 * 60_000, sampleCount: 7 },
  day: { periodMs: 60 * 60_000, sampleCount: 25 },
} as const
export type StatsWindow = keyof typeof SAMPLING

/**
 * A sum and a number of events, with samples of the past, from which the last minute, hour and day follow. Counting is
 * two additions; all else happens when a sample is due or somebody asks.
 */
export class SampledCounter {
  private sum = 0
  private times = 0
  private readonly samples: Readonly<Record<StatsWindow, Sample[]>>

  constructor(nowMs: number) {
    const first: Sample = { timestamp: nowMs, sum: 0, times: 0 }
    this.samples = { minute: [first], hour: [first], day: [first] }
  }

  get total(): number {
    return this.sum
  }

  add(amount: number, times: number): void {
    this.sum += amount
    this.times += times
  }

  /** Keeps how the counter stands now as the newest sample of the window. */
  sample(window: StatsWindow, nowMs: number): void {
    const samples = this.samples[window]
    samples.push({ timestamp: nowMs, sum: this.sum, times: this.times })
    if (samples.length > SAMPLING[window].sampleCount) samples.shift()
  }

  /** From the oldest sample of the window until now. */
  snapshot(window: StatsWindow, nowMs: number): StatsSnapshot {
    const oldest = this.samples[window][0] ?? { timestamp: nowMs, sum: this.sum, times: this.times }
    const sum = this.sum - oldest.sum
    const times = this.times - oldest.times
    const elapsedMs = nowMs - oldest.timestamp
    return { sum, tps: elapsedMs > 0 ? (sum * 1000) / elapsedMs : 0, avgpt: times > 0 ? sum / times : 0 }
  }
}
