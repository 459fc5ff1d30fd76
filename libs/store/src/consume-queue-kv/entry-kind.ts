import { BATCH_ENTRY_BYTES, readBaseOffset, readEndOffset } from '../consume-queue/batch-consume-queue-entry'
import { ENTRY_BYTES } from '../consume-queue/consume-queue-entry'

const RUN_BYTES_MAX = 64 * 1024

/** Entries one after the other, the first of them from `firstOffset` on. */
export interface EntriesFrom {
  readonly bytes: Buffer
  readonly entryCount: number
  readonly firstOffset: number
}

/** What entries say of the queue offsets of their messages: each has one, or says itself which it has. */
export interface EntryKind {
  readonly isOfBatches: boolean
  readonly entryBytes: number
  /** Entries of the longest run. */
  readonly runEntryCountMax: number
  /** Index of the entry with a queue offset, or of the one behind the gap that it is in. */
  indexOf(entries: EntriesFrom, queueOffset: number): number
  /** The first queue offset of the entry. */
  baseOffset(entries: Omit<EntriesFrom, 'entryCount'>, index: number): number
  /** The queue offset behind the entry. */
  endOffset(entries: Omit<EntriesFrom, 'entryCount'>, index: number): number
  /** Where entries begin that end with `lastOffset`. */
  firstOffset(bytes: Buffer, lastOffset: number): number
}

/** An entry for each message, as in a ConsumeQueue: where messages are lost it has blanks. */
export const SINGLES: EntryKind = {
  isOfBatches: false,
  entryBytes: ENTRY_BYTES,
  runEntryCountMax: Math.floor(RUN_BYTES_MAX / ENTRY_BYTES),
  indexOf: ({ firstOffset }, queueOffset) => queueOffset - firstOffset,
  baseOffset: ({ firstOffset }, index) => firstOffset + index,
  endOffset: ({ firstOffset }, index) => firstOffset + index + 1,
  firstOffset: (bytes, lastOffset) => lastOffset + 1 - bytes.length / ENTRY_BYTES,
}

/** An entry for all messages of a record, as in a BatchConsumeQueue. */
export const BATCHES: EntryKind = {
  isOfBatches: true,
  entryBytes: BATCH_ENTRY_BYTES,
  runEntryCountMax: Math.floor(RUN_BYTES_MAX / BATCH_ENTRY_BYTES),
  indexOf: ({ bytes, entryCount }, queueOffset) => {
    let low = 0
    let high = entryCount
    while (low < high) {
      const middle = (low + high) >>> 1
      if (readEndOffset(bytes, middle * BATCH_ENTRY_BYTES) <= queueOffset) low = middle + 1
      else high = middle
    }
    return low
  },
  baseOffset: ({ bytes }, index) => readBaseOffset(bytes, index * BATCH_ENTRY_BYTES),
  endOffset: ({ bytes }, index) => readEndOffset(bytes, index * BATCH_ENTRY_BYTES),
  firstOffset: bytes => readBaseOffset(bytes, 0),
}

export function entriesFrom(kind: EntryKind, bytes: Buffer, firstOffset: number): EntriesFrom {
  return { bytes, firstOffset, entryCount: bytes.length / kind.entryBytes }
}
