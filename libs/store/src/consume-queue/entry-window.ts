import type { EntryRange } from './consume-queue-store'

/** Entries that were read from the disk, kept for the reads that follow. */
export interface EntryWindow {
  readonly bytes: Buffer
  /** Queue offset of the first entry in `bytes`. */
  readonly firstOffset: number
  readonly endOffset: number
  /** See EntryRange. */
  readonly bitMaps?: EntryRange['bitMaps']
}

/** The entries from `queueOffset` on, or null if the window does not have the first one. */
export function rangeInWindow(window: EntryWindow | null, queueOffset: number, entryBytes: number): EntryRange | null {
  if (window === null || queueOffset < window.firstOffset || queueOffset >= window.endOffset) return null
  const at = (queueOffset - window.firstOffset) * entryBytes
  return { bytes: window.bytes, at, entryCount: window.endOffset - queueOffset, bitMaps: window.bitMaps ?? null }
}
