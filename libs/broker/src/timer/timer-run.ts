import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'

const RETRY_MS = 1_000

/** The time in which the timer runs: those who wait in it wake up when it is over. */
export class TimerRun {
  isOver = false
  private readonly wakes = new Set<() => void>()

  constructor(private readonly deps: { readonly clock: Pick<Clock, 'after' | 'endOfTurn'>; readonly log: Log }) {}

  stop(): void {
    this.isOver = true
    for (const wake of this.wakes) wake()
  }

  /** Returns early when the run is over, or when `onWaker` gives its function to someone who calls it. */
  async sleep(ms: number, onWaker?: (wake: () => void) => void): Promise<void> {
    if (this.isOver) return
    await new Promise<void>(resolve => {
      const wake = (): void => {
        timer.cancel()
        this.wakes.delete(wake)
        resolve()
      }
      const timer = this.deps.clock.after(ms, wake)
      this.wakes.add(wake)
      onWaker?.(wake)
    })
  }

  /** The rest of the broker comes in between. */
  nextTurn(): Promise<void> {
    return new Promise(resolve => this.deps.clock.endOfTurn(resolve))
  }

  /**
   * Does `task` again and again until the disk lets it: a full disk delays messages, and loses none. Null when the run
   * ended first. Says what does not succeed once.
   */
  async retry<T>(what: string, task: () => T | Promise<T>): Promise<T | null> {
    for (let isSaid = false; !this.isOver; isSaid = true) {
      try {
        return await task()
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        if (!isSaid) this.deps.log.error({ err: error }, `${what}: tried again until it succeeds`)
        await this.sleep(RETRY_MS)
      }
    }
    return null
  }
}
