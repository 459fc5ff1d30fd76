/** What a problem is about. */
export type ProblemKind = 'file' | 'record' | 'crc' | 'entry' | 'queue' | 'index' | 'config' | 'database'

export interface Problem {
  readonly kind: ProblemKind
  /** What is wrong, and where, in a sentence. */
  readonly text: string
}

/** What a look into a store finds wrong: all of it is counted, the first of each kind are put in words. */
export class Problems {
  readonly first: Problem[] = []
  private readonly counts = new Map<ProblemKind, number>()

  constructor(private readonly countMaxPerKind: number) {}

  get totalCount(): number {
    let totalCount = 0
    for (const count of this.counts.values()) totalCount += count
    return totalCount
  }

  /** `text` is asked only where it is kept: a damaged store may have millions. */
  add(kind: ProblemKind, text: () => string): void {
    const count = this.counts.get(kind) ?? 0
    this.counts.set(kind, count + 1)
    if (count < this.countMaxPerKind) this.first.push({ kind, text: text() })
  }

  byKind(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts)
  }
}
