import type { Clock } from '@rocketmq-ts/base'

export interface KeptValuesLimits {
  /** As old a value may be. */
  readonly ageMsMax: number
  /** Above it the oldest is dropped. */
  readonly countMax: number
}

interface KeptValue<T> {
  readonly value: Promise<T>
  readonly sinceMs: number
}

/** What brokers were asked about topics and groups, kept for a short while; a question that failed is asked anew. */
export class KeptValues<T> {
  private readonly byKey = new Map<string, KeptValue<T>>()

  constructor(
    private readonly limits: KeptValuesLimits,
    private readonly ask: (key: string) => Promise<T>,
    private readonly deps: { readonly clock: Pick<Clock, 'monotonicMs'> },
  ) {}

  get(key: string): Promise<T> {
    const nowMs = this.deps.clock.monotonicMs()
    const kept = this.byKey.get(key)
    if (kept !== undefined && nowMs - kept.sinceMs < this.limits.ageMsMax) return kept.value
    this.byKey.delete(key)
    const value = this.ask(key)
    this.byKey.set(key, { value, sinceMs: nowMs })
    value.catch(() => this.forget(key, value))
    const [oldest] = this.byKey.size > this.limits.countMax ? this.byKey.keys() : []
    if (oldest !== undefined) this.byKey.delete(oldest)
    return value
  }

  private forget(key: string, value: Promise<T>): void {
    if (this.byKey.get(key)?.value === value) this.byKey.delete(key)
  }
}
