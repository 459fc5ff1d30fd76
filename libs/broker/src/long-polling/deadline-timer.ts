import type { Clock, Timer } from '@rocketmq-ts/base'
import { DeadlineQueue } from './deadline-queue'
import type { Deadlined } from './deadline-queue'

/** The system's timers count with 31 bits; longer ones fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

export interface DeadlineTimerDeps<T extends Deadlined> {
  /** Deadlines are those of `monotonicMs`. */
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>
  /** Told of each item at its time; it is not in the queue any more. */
  readonly onDue: (item: T) => void
}

/** Tells of many items when their time has come, with one timer for all of them. */
export class DeadlineTimer<T extends Deadlined> {
  private readonly queue = new DeadlineQueue<T>()
  private timer: Timer | null = null
  private timerAtMs = Infinity

  constructor(private readonly deps: DeadlineTimerDeps<T>) {}

  get size(): number {
    return this.queue.size
  }

  add(item: T): void {
    this.queue.add(item)
    this.arm()
  }

  /** Does nothing if it is not waited for. */
  remove(item: T): void {
    this.queue.remove(item)
  }

  /** Takes out whoever is next, due or not; null for none. */
  takeFirst(): T | null {
    const first = this.queue.first()
    if (first !== null) this.queue.remove(first)
    return first
  }

  /** Tells of nothing more, unless something is added. */
  stop(): void {
    this.timer?.cancel()
    this.timerAtMs = Infinity
  }

  private readonly onTimer = (): void => {
    this.timerAtMs = Infinity
    const nowMs = this.deps.clock.monotonicMs()
    let first = this.queue.first()
    while (first !== null && first.deadlineMs <= nowMs) {
      this.queue.remove(first)
      this.deps.onDue(first)
      first = this.queue.first()
    }
    this.arm()
  }

  /** A timer that fires too early, because its item has left, costs less than one set for each item. */
  private arm(): void {
    const first = this.queue.first()
    if (first === null || first.deadlineMs >= this.timerAtMs) return
    this.timer?.cancel()
    this.timerAtMs = first.deadlineMs
    const waitMs = Math.ceil(first.deadlineMs - this.deps.clock.monotonicMs())
    this.timer = this.deps.clock.after(Math.min(Math.max(waitMs, 0), TIMER_MS_MAX), this.onTimer)
  }
}
