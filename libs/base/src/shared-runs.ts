/** A job that runs one at a time: who asks while it runs gets the next run, together with all others who do. */
export class SharedRuns {
  /** The run that has not begun. */
  private next: Promise<void> | null = null
  private ended: Promise<void> = Promise.resolve()

  constructor(private readonly job: () => Promise<void>) {}

  /** Resolves or rejects as a run does that begins after this call. */
  run(): Promise<void> {
    if (this.next === null) {
      this.next = this.ended.then(() => this.begin())
      this.ended = this.next.catch(() => undefined)
    }
    return this.next
  }

  /** Resolves when all runs that were asked for have ended, however. */
  idle(): Promise<void> {
    return this.ended
  }

  private begin(): Promise<void> {
    this.next = null // Who asks from now on may want what the job does not see any more.
    return this.job()
  }
}
