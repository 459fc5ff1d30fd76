import { BATCH_ENTRY_BYTES, readEndOffset, readMessageCount, readStoreTimestamp } from './batch-consume-queue-entry'
import { ENTRY_BYTES, readTagsCode } from './consume-queue-entry'
import type { EntryRange } from './consume-queue-store'
import type { MessageFilter } from '../message-store'

/* What entries of both kinds say; they begin alike. */

export function entryBytesOf({ isOfBatches }: EntryRange): number {
  return isOfBatches === true ? BATCH_ENTRY_BYTES : ENTRY_BYTES
}

/** Messages of the entry at `at`. */
export function messageCountAt({ bytes, isOfBatches }: EntryRange, at: number): number {
  return isOfBatches === true ? readMessageCount(bytes, at) : 1
}

/** The queue offset behind the entry at `at`, of whose message the queue offset is `queueOffset` if it has one only. */
export function nextOffsetAt({ bytes, isOfBatches }: EntryRange, at: number, queueOffset: number): number {
  return isOfBatches === true ? readEndOffset(bytes, at) : queueOffset + 1
}

/** Store time of the entry's record; 0 where the entry does not say it. */
export function storeTimestampAt({ bytes, isOfBatches }: EntryRange, at: number): number {
  return isOfBatches === true ? readStoreTimestamp(bytes, at) : 0
}

/**
 * False if the filter does not want the entry at `at`. Who cannot tell lets it through, as consumers look again: a batch
 * stored as one record has no tags, its messages have (Java filters it out); and where an entry still has an address,
 * what lay beside the queue is lost.
 */
export function mayMatch(filter: MessageFilter, { bytes, isOfBatches, bitMaps }: EntryRange, at: number): boolean {
  const bitMap = bitMaps?.[at / ENTRY_BYTES] ?? null
  if (bitMap !== null && filter.matchesBitMap?.(bitMap) === false) return false
  const tagsCode = readTagsCode(bytes, at)
  return (
    filter.matchesTagsCode(tagsCode) || (isOfBatches === true && tagsCode === 0) || tagsCode < Number.MIN_SAFE_INTEGER
  )
}
