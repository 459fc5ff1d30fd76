/**
 * From keys of messages to records of the CommitLog: an index file, of one size from the first day. Big-endian.
 *
 *   0        40                  40 + 4 × slotCount                   40 + 4 × slotCount + 20 × entryCountMax
 *   | header | slot 0 | slot 1 … | entry 0, never used | entry 1 …    |
 *
 * A slot is an int32, the number of the newest entry whose hash falls into it; 0 for none. From there the entries of the
 * slot are chained from new to old.
 *
 *   0         4                12             16              20
 *   | keyHash | physicalOffset | secondsAfter | previousEntry |
 *   | int32   | int64          | int32        | int32         |
 *
 * `secondsAfter` is when the record was stored, counted from the `beginTimestamp` of the header.
 * Source: store/index/IndexFile.java
 */
export interface IndexLayout {
  readonly slotCount: number
  /** One more than what a file holds: entry 0 is never used. */
  readonly entryCountMax: number
}

export const SLOT_BYTES = 4
export const INDEX_ENTRY_BYTES = 20
/** Where the slots begin. */
export const SLOTS_AT = 40

export function indexFileBytes({ slotCount, entryCountMax }: IndexLayout): number {
  return SLOTS_AT + slotCount * SLOT_BYTES + entryCountMax * INDEX_ENTRY_BYTES
}

/** Where an entry begins. */
export function entryAt({ slotCount }: IndexLayout, entry: number): number {
  return SLOTS_AT + slotCount * SLOT_BYTES + entry * INDEX_ENTRY_BYTES
}
