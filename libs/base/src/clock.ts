/** A timer that can be called off. Cancelling twice, or after it has fired, does nothing. */
export interface Timer {
  cancel(): void
}

/** The only source of time above the operating system; tests turn their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Milliseconds from an arbitrary start, never going back; with fractions. */
  monotonicMs(): number
  /** Runs `task` once after `delayMs`. Does not keep the process alive. */
  after(delayMs: number, task: () => void): Timer
  /** Runs `task` every `periodMs`, first after one period. Does not keep the process alive. */
  every(periodMs: number, task: () => void): Timer
  /** Runs `task` at the end of the current turn of the event loop. */
  endOfTurn(task: () => void): void
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs)
    handle.unref()
    return { cancel: () => clearTimeout(handle) }
  },
  every(periodMs, task) {
    const handle = setInterval(task, periodMs)
    handle.unref()
    return { cancel: () => clearInterval(handle) }
  },
  endOfTurn(task) {
    setImmediate(task)
  },
}

/** Resolves after `delayMs` of the clock's time. */
export function delay(clock: Pick<Clock, 'after'>, delayMs: number): Promise<void> {
  return new Promise(resolve => void clock.after(delayMs, resolve))
}
