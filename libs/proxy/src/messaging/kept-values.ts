import type { Clock } from '@rocketmq-ts/base'

export interface KeptValuesLimits {
  /** A value of this age is asked for anew; while that takes, the old one is given. */
  readonly freshMsMax: number
  /** One of this age is not given any more. */
  readonly ageMsMax: number
  /** Above it the oldest is dropped. */
  readonly countMax: number
}

interface KeptValue<T> {
  readonly value: Promise<T>
  sinceMs: number
  isRefreshing: boolean
}

export interface KeptValuesDeps<T> {
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** False: it is given to who asks now, and to nobody later. */
  readonly isWorthKeeping?: (value: T) => boolean
}

/**
 * What servers were asked about topics and groups, kept for a while. A question that failed is asked anew; one whose answer
 * is known is answered so, whatever becomes of asking again: a NameServer that is down stops nobody.
 */
export class KeptValues<T> {
  private readonly byKey = new Map<string, KeptValue<T>>()

  constructor(
    private readonly limits: KeptValuesLimits,
    private readonly ask: (key: string) => Promise<T>,
    private readonly deps: KeptValuesDeps<T>,
  ) {}

  get(key: string): Promise<T> {
    const kept = this.byKey.get(key)
    if (kept === undefined) return this.askAndKeep(key)
    const ageMs = this.deps.clock.monotonicMs() - kept.sinceMs
    if (ageMs >= this.limits.ageMsMax) return this.askAndKeep(key)
    if (ageMs >= this.limits.freshMsMax && !kept.isRefreshing) this.refresh(key, kept)
    return kept.value
  }

  /** It may not be true any more: who asks next has it asked anew. */
  doubt(key: string): void {
    const kept = this.byKey.get(key)
    if (kept !== undefined) kept.sinceMs = this.deps.clock.monotonicMs() - this.limits.freshMsMax
  }

  private askAndKeep(key: string): Promise<T> {
    const value = this.ask(key)
    this.keep(key, value)
    value.then(
      answer => {
        if (this.deps.isWorthKeeping?.(answer) === false) this.forget(key, value)
      },
      () => this.forget(key, value),
    )
    return value
  }

  private refresh(key: string, kept: KeptValue<T>): void {
    kept.isRefreshing = true
    this.ask(key).then(
      answer => {
        if (this.byKey.get(key) !== kept) return
        if (this.deps.isWorthKeeping?.(answer) === false) this.byKey.delete(key)
        else this.keep(key, Promise.resolve(answer))
      },
      () => {
        kept.isRefreshing = false
        kept.sinceMs = this.deps.clock.monotonicMs() // not at once again
      },
    )
  }

  private keep(key: string, value: Promise<T>): void {
    this.byKey.delete(key) // the newest stands last
    this.byKey.set(key, { value, sinceMs: this.deps.clock.monotonicMs(), isRefreshing: false })
    const [oldest] = this.byKey.size > this.limits.countMax ? this.byKey.keys() : []
    if (oldest !== undefined) this.byKey.delete(oldest)
  }

  private forget(key: string, value: Promise<T>): void {
    if (this.byKey.get(key)?.value === value) this.byKey.delete(key)
  }
}
