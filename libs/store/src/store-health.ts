/** What can keep a store from taking messages; several at a time. */
export type StoreProblem = 'not running' | 'disk failed' | 'disk refuses writes' | 'disk full'

/** Whether the store takes messages, and if not, why: in words that go to the client. Source: store/RunningFlags.java */
export class StoreHealth {
  isWritable = false
  private readonly reasons = new Map<StoreProblem, string>([['not running', 'the store is not started']])

  get notWritableReason(): string | null {
    const [reason] = this.reasons.values()
    return reason ?? null
  }

  has(problem: StoreProblem): boolean {
    return this.reasons.has(problem)
  }

  /** `reason` says the cause and the cure. */
  begin(problem: StoreProblem, reason: string): void {
    this.reasons.set(problem, reason)
    this.isWritable = false
  }

  end(problem: StoreProblem): void {
    this.reasons.delete(problem)
    this.isWritable = this.reasons.size === 0
  }
}
