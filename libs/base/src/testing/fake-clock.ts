import type { Clock, Timer } from '../clock'

interface Task {
  atMs: number
  readonly periodMs: number | null
  readonly run: () => void
}

/** A clock that a test turns: nothing fires until `advance` passes its time. */
export class FakeClock implements Clock {
  private readonly tasks = new Set<Task>()

  constructor(private currentMs = 1_700_000_000_000) {}

  nowMs(): number {
    return this.currentMs
  }

  monotonicMs(): number {
    return this.currentMs
  }

  after(delayMs: number, run: () => void): Timer {
    return this.add({ atMs: this.currentMs + delayMs, periodMs: null, run })
  }

  every(periodMs: number, run: () => void): Timer {
    return this.add({ atMs: this.currentMs + periodMs, periodMs, run })
  }

  endOfTurn(task: () => void): void {
    setImmediate(task)
  }

  /** Goes `ms` forward; what is due on the way fires in order, each at its own time. */
  advance(ms: number): void {
    const untilMs = this.currentMs + ms
    for (let next = this.nextBy(untilMs); next !== null; next = this.nextBy(untilMs)) {
      this.currentMs = Math.max(this.currentMs, next.atMs)
      if (next.periodMs === null) this.tasks.delete(next)
      else next.atMs += next.periodMs
      next.run()
    }
    this.currentMs = untilMs
  }

  private add(task: Task): Timer {
    this.tasks.add(task)
    return { cancel: () => void this.tasks.delete(task) }
  }

  private nextBy(untilMs: number): Task | null {
    let next: Task | null = null
    for (const task of this.tasks) if (task.atMs <= untilMs && task.atMs < (next?.atMs ?? Infinity)) next = task
    return next
  }
}
