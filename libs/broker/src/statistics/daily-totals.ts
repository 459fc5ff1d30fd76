import type { Clock, Component, Timer } from '@rocketmq-ts/base'

export interface DailyTotalsDeps {
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  /** How many messages were stored and given since the start. */
  readonly totals: () => { readonly putCount: number; readonly getCount: number }
}

/** How the totals stood when the days began. Source: broker/BrokerController.java, store/stats/BrokerStats.java */
export class DailyTotals implements Component {
  putYesterdayMorning = 0
  putTodayMorning = 0
  getYesterdayMorning = 0
  getTodayMorning = 0
  private timer: Timer | null = null

  constructor(private readonly deps: DailyTotalsDeps) {}

  start(): Promise<void> {
    this.waitForMidnight()
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.timer?.cancel()
    return Promise.resolve()
  }

  private waitForMidnight(): void {
    const { clock } = this.deps
    const midnight = new Date(clock.nowMs())
    midnight.setHours(24, 0, 0, 0)
    this.timer = clock.after(midnight.getTime() - clock.nowMs(), () => {
      this.record()
      this.waitForMidnight()
    })
  }

  private record(): void {
    const { putCount, getCount } = this.deps.totals()
    this.putYesterdayMorning = this.putTodayMorning
    this.getYesterdayMorning = this.getTodayMorning
    this.putTodayMorning = putCount
    this.getTodayMorning = getCount
  }
}
