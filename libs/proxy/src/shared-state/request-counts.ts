import type { Clock } from '@rocketmq-ts/base'

/** How often somebody has come in the current stretch of time, which ends in `remainingMs`. */
export interface RequestCount {
  readonly count: number
  readonly remainingMs: number
}

/** Counts requests, so that nobody makes too many. Nothing here ever fails. */
export interface RequestCounts {
  /** One more of `caller`, whose time begins with the first. */
  add(caller: string, periodMs: number): Promise<RequestCount>
}

interface Counted {
  count: number
  readonly untilMs: number
}

/** One more, and the first is forgotten: it may come as often again. */
const CALLER_COUNT_MAX = 10_000

/** In the memory of this process. */
export class CountsInMemory implements RequestCounts {
  /** The first first. */
  private readonly callers = new Map<string, Counted>()

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  add(caller: string, periodMs: number): Promise<RequestCount> {
    const nowMs = this.clock.monotonicMs()
    const known = this.callers.get(caller)
    const counted = known !== undefined && known.untilMs > nowMs ? known : this.begin(caller, nowMs + periodMs)
    counted.count += 1
    return Promise.resolve({ count: counted.count, remainingMs: Math.ceil(counted.untilMs - nowMs) })
  }

  private begin(caller: string, untilMs: number): Counted {
    const counted = { count: 0, untilMs }
    this.callers.delete(caller)
    this.callers.set(caller, counted)
    const [first] = this.callers.keys()
    if (this.callers.size > CALLER_COUNT_MAX && first !== undefined) this.callers.delete(first)
    return counted
  }
}
