import { writeBatchEntryRest } from '../consume-queue/batch-consume-queue-entry'
import type { EntryRange } from '../consume-queue/consume-queue-store'
import { EntryTail } from '../consume-queue/entry-tail'
import type { TailBudget } from '../consume-queue/entry-tail'
import type { EntryWindow } from '../consume-queue/entry-window'
import { entriesFrom } from './entry-kind'
import type { EntriesFrom, EntryKind } from './entry-kind'

/** The newest entries of a queue by their queue offsets, published or not. */
export class KvTail implements EntriesFrom {
  /** Before the first entry in memory. */
  firstOffset = 0
  entryCount = 0
  private readonly tail: EntryTail

  constructor(
    private readonly kind: EntryKind,
    budget: TailBudget,
  ) {
    this.tail = new EntryTail(kind.entryBytes, budget)
  }

  get bytes(): Buffer {
    return this.tail.bytes
  }

  hasRoom(): boolean {
    return this.tail.hasRoom(this.entryCount)
  }

  append(physicalOffset: number, messageBytes: number, tagsCode: number): void {
    this.tail.write(this.entryCount, physicalOffset, messageBytes, tagsCode)
    this.entryCount += 1
  }

  /** What follows the first 20 bytes of the newest entry. */
  completeBatch(baseOffset: number, storeTimestamp: number, messageCount: number): void {
    const entry = this.tail.entries(this.entryCount - 1, this.entryCount)
    writeBatchEntryRest(entry, { storeTimestamp, baseOffset, messageCount })
  }

  /** Forgets the entries from `queueOffset` on. */
  rollback(queueOffset: number): void {
    this.entryCount = this.kind.indexOf(this, queueOffset)
  }

  /** The entries from..until. */
  entries(fromOffset: number, untilOffset: number): Buffer {
    return this.tail.entries(this.kind.indexOf(this, fromOffset), this.kind.indexOf(this, untilOffset))
  }

  /** Where a run ends that begins at `fromOffset`, with entries before `untilOffset`. */
  runEnd(fromOffset: number, untilOffset: number): number {
    const from = this.kind.indexOf(this, fromOffset)
    const until = Math.min(this.kind.indexOf(this, untilOffset), from + this.kind.runEntryCountMax)
    return until > from ? this.kind.endOffset(this, until - 1) : fromOffset
  }

  grow(mustGrow: boolean): boolean {
    return this.tail.grow(mustGrow)
  }

  /** Forgets about half of the entries, those before `untilOffset` only; false if it has none of them. */
  forgetHalf(untilOffset: number): boolean {
    const forgottenCount = Math.min(Math.ceil(this.entryCount / 2), this.kind.indexOf(this, untilOffset))
    if (forgottenCount === 0) return false
    this.firstOffset = this.kind.endOffset(this, forgottenCount - 1)
    this.tail.forgetBefore(forgottenCount, this.entryCount)
    this.tail.firstOffset = 0
    this.entryCount -= forgottenCount
    return true
  }

  /** Gives all memory back; the next entry will be `queueOffset`. */
  clear(queueOffset: number): void {
    this.tail.clear(0)
    this.firstOffset = queueOffset
    this.entryCount = 0
  }
}

/** The entries from `queueOffset` on, and before `endOffset`. */
export function rangeOf(
  entries: EntriesFrom,
  kind: EntryKind,
  { queueOffset, endOffset }: { readonly queueOffset: number; readonly endOffset: number },
): EntryRange {
  const index = kind.indexOf(entries, queueOffset)
  const entryCount = kind.indexOf(entries, endOffset) - index
  const { isOfBatches, entryBytes } = kind
  return { bytes: entries.bytes, at: index * entryBytes, entryCount, isOfBatches }
}

/** The entries from `queueOffset` on, or null if the window does not have the first one. */
export function rangeInWindow(window: EntryWindow, kind: EntryKind, queueOffset: number): EntryRange | null {
  const { firstOffset, endOffset } = window
  if (queueOffset < firstOffset || queueOffset >= endOffset) return null
  return rangeOf(entriesFrom(kind, window.bytes, firstOffset), kind, { queueOffset, endOffset })
}
