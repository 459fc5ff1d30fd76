import type { Clock, Timer } from '@rocketmq-ts/base'

interface Wait {
  readonly timer: Timer
  readonly resolve: () => void
}

/** Waits of background work, which all end early when the work has to stop. */
export class Pauses {
  isOver = false
  private readonly waits = new Set<Wait>()

  constructor(private readonly clock: Pick<Clock, 'after'>) {}

  /** Resolves after `delayMs`, or when the work has to stop. */
  pause(delayMs: number): Promise<void> {
    if (this.isOver || delayMs === 0) return Promise.resolve()
    return new Promise(resolve => {
      const wait = { resolve, timer: this.clock.after(delayMs, () => this.finish(wait)) }
      this.waits.add(wait)
    })
  }

  /** Resolves when `event` has, and at the latest as `pause` does. */
  async upTo(delayMs: number, event: Promise<void>): Promise<void> {
    if (this.isOver) return
    await new Promise<void>(resolve => {
      const wait = { resolve, timer: this.clock.after(delayMs, () => this.finish(wait)) }
      this.waits.add(wait)
      void event.then(() => this.finish(wait))
    })
  }

  end(): void {
    this.isOver = true
    for (const wait of [...this.waits]) this.finish(wait)
  }

  private finish(wait: Wait): void {
    wait.timer.cancel()
    this.waits.delete(wait)
    wait.resolve()
  }
}
