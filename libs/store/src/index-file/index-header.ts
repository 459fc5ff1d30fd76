import { readInt64, writeInt64 } from '@rocketmq-ts/base'
import type { IndexLayout } from './index-layout'

/**
 * The first 40 bytes of an index file. Big-endian.
 *
 *   0                8              16                    24                  32              36          40
 *   | beginTimestamp | endTimestamp | beginPhysicalOffset | endPhysicalOffset | usedSlotCount | nextEntry |
 *   | int64          | int64        | int64               | int64             | int32         | int32     |
 *
 * Begin and end are of the first and the last record in the file; a file without an entry has those of the end of the
 * file before. Source: store/index/IndexHeader.java
 */
export interface IndexHeader {
  beginTimestamp: number
  endTimestamp: number
  beginPhysicalOffset: number
  endPhysicalOffset: number
  usedSlotCount: number
  /** Number that the next entry gets; the first one is 1. */
  nextEntry: number
}

export const INDEX_HEADER_BYTES = 40

export function emptyIndexHeader(endOfLast: Pick<IndexHeader, 'endTimestamp' | 'endPhysicalOffset'>): IndexHeader {
  const { endTimestamp, endPhysicalOffset } = endOfLast
  return {
    beginTimestamp: endTimestamp,
    endTimestamp,
    beginPhysicalOffset: endPhysicalOffset,
    endPhysicalOffset,
    usedSlotCount: 0,
    nextEntry: 1,
  }
}

export function readIndexHeader(bytes: Buffer): IndexHeader {
  return {
    beginTimestamp: readInt64(bytes, 0),
    endTimestamp: readInt64(bytes, 8),
    beginPhysicalOffset: readInt64(bytes, 16),
    endPhysicalOffset: readInt64(bytes, 24),
    usedSlotCount: bytes.readInt32BE(32),
    nextEntry: Math.max(1, bytes.readInt32BE(36)),
  }
}

export function encodeIndexHeader(header: IndexHeader): Buffer {
  const bytes = Buffer.alloc(INDEX_HEADER_BYTES)
  writeInt64(bytes, header.beginTimestamp, 0)
  writeInt64(bytes, header.endTimestamp, 8)
  writeInt64(bytes, header.beginPhysicalOffset, 16)
  writeInt64(bytes, header.endPhysicalOffset, 24)
  bytes.writeInt32BE(header.usedSlotCount, 32)
  bytes.writeInt32BE(header.nextEntry, 36)
  return bytes
}

/** False if what it says cannot be: the file is damaged, or was made with other sizes. */
export function isPlausible(header: IndexHeader, layout: IndexLayout): boolean {
  const { beginTimestamp, endTimestamp, beginPhysicalOffset, endPhysicalOffset, usedSlotCount, nextEntry } = header
  return (
    nextEntry <= layout.entryCountMax &&
    usedSlotCount >= 0 &&
    usedSlotCount < nextEntry &&
    usedSlotCount <= layout.slotCount &&
    beginTimestamp >= 0 &&
    beginTimestamp <= endTimestamp &&
    beginPhysicalOffset >= 0 &&
    beginPhysicalOffset <= endPhysicalOffset
  )
}
