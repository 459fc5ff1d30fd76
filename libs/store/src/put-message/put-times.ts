/** Upper bounds of the classes of durations, in ms; what took longer is in a last class without one. */
const UPPER_BOUNDS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000, 10_000]

/** How long puts took, counted in classes. Source: store/StoreStatsService.java */
export class PutTimes {
  private readonly counts = new Array<number>(UPPER_BOUNDS_MS.length + 1).fill(0)
  private totalCount = 0

  record(elapsedMs: number, putCount: number): void {
    const found = UPPER_BOUNDS_MS.findIndex(boundMs => elapsedMs < boundMs)
    const index = found < 0 ? UPPER_BOUNDS_MS.length : found
    this.counts[index] = (this.counts[index] ?? 0) + putCount
    this.totalCount += putCount
  }

  /** How many took `fromMs` or longer and less than `toMs`, both bounds of a class or 0 or Infinity. */
  countBetween(fromMs: number, toMs: number): number {
    return this.counts.reduce((sum, count, index) => {
      const isWithin = lowerBoundMs(index) >= fromMs && upperBoundMs(index) <= toMs
      return isWithin ? sum + count : sum
    }, 0)
  }

  /** What the given share of puts, 0..1, stayed below; between the bounds of a class as if they were spread evenly. */
  percentileMs(share: number): number {
    let wantedCount = this.totalCount * share
    for (const [index, count] of this.counts.entries()) {
      if (count > 0 && wantedCount <= count) {
        const fromMs = lowerBoundMs(index)
        const toMs = Math.min(upperBoundMs(index), 2 * fromMs + 1)
        return fromMs + ((toMs - fromMs) * wantedCount) / count
      }
      wantedCount -= count
    }
    return 0
  }
}

function lowerBoundMs(index: number): number {
  return UPPER_BOUNDS_MS[index - 1] ?? 0
}

function upperBoundMs(index: number): number {
  return UPPER_BOUNDS_MS[index] ?? Infinity
}
