/** Calls that are being answered: a stop lets them end before what they need is gone. */
export class CallsInFlight {
  private count = 0
  private readonly waiting = new Set<() => void>()

  began(): void {
    this.count += 1
  }

  ended(): void {
    this.count -= 1
    if (this.count > 0) return
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }

  /** Resolves as soon as there is none. */
  none(): Promise<void> {
    return new Promise(resolve => {
      if (this.count === 0) resolve()
      else this.waiting.add(resolve)
    })
  }
}
