/** Where a pop of a queue ended: committed when those before it are, and nothing of it depends on memory any more. */
interface PendingOffset {
  offset: number
  isSafe: boolean
}

/**
 * How far one group has popped one queue, beyond what is committed. In the order of the pops: one whose check point is
 * only in memory holds back those behind it, since a crash must not leave a gap.
 *
 *   committed | safe, held back by the next | in memory | safe | in memory  <- latest
 */
export class PendingOffsets {
  private readonly waiting: PendingOffset[] = []
  private isDropped = false
  private memoryCount = 0

  constructor(private readonly onSafe: (offset: number) => void) {}

  /** Pops of which the check point is in memory. */
  get heldCount(): number {
    return this.memoryCount
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0
  }

  /** Where the next pop begins; -1 when it is empty. */
  get latest(): number {
    return this.waiting.at(-1)?.offset ?? -1
  }

  /** Of a pop that needs no memory. Follows on another such one at once, so that they do not pile up. */
  addSafe(offset: number): void {
    const last = this.waiting.at(-1)
    if (last?.isSafe === true) last.offset = offset
    else this.waiting.push({ offset, isSafe: true })
  }

  /** Of a pop whose check point is in memory. Returns what to call when it is no longer needed there. */
  add(offset: number): () => void {
    const pending = { offset, isSafe: false }
    this.waiting.push(pending)
    this.memoryCount += 1
    return () => {
      pending.isSafe = true
      this.memoryCount -= 1
      if (!this.isDropped && this.waiting[0] === pending) this.commit()
    }
  }

  /** The group goes on elsewhere: nothing of it is committed any more. */
  drop(): void {
    this.isDropped = true
    this.waiting.length = 0
  }

  private commit(): void {
    let count = 0
    while (this.waiting[count]?.isSafe === true) count += 1
    const [last] = this.waiting.splice(0, count).slice(-1)
    if (last !== undefined) this.onSafe(last.offset)
  }
}
