/** Calls that are being answered: a stop lets them end before what they need is gone. */
export class CallsInFlight {
  private count = 0
  private readonly waiting = new Set<() => void>()

  async during<T>(call: Promise<T>): Promise<T> {
    this.count += 1
    try {
      return await call
    } finally {
      this.count -= 1
      if (this.count === 0) for (const resolve of this.waiting) resolve()
    }
  }

  /** Resolves as soon as there is none. */
  none(): Promise<void> {
    return new Promise(resolve => {
      if (this.count === 0) resolve()
      else this.waiting.add(resolve)
    })
  }
}
