import { readInt64, readSafeInt64, writeInt64 } from '@rocketmq-ts/base'

/**
 * From a queue position to a message in the CommitLog. 20 bytes, big-endian.
 *
 *   0                8              12          20
 *   | physicalOffset | messageBytes | tagsCode   |
 *   | int64          | int32        | int64      |
 *
 * Unused space is zero. Where a queue does not begin at the start of a file, what lies before its first entry is filled
 * with blanks: offset 0, 0x7fffffff bytes.
 * Source: store/ConsumeQueue.java
 */
export const ENTRY_BYTES = 20

/** What a blank entry says. */
export const BLANK_MESSAGE_BYTES = 0x7fff_ffff

export function writeEntry(
  out: Buffer,
  at: number,
  physicalOffset: number,
  messageBytes: number,
  tagsCode: number,
): void {
  writeInt64(out, physicalOffset, at)
  out.writeInt32BE(messageBytes, at + 8)
  writeInt64(out, tagsCode, at + 12)
}

/** Entries that stand for nothing, to come before the first one. */
export function blankEntries(count: number): Buffer {
  const bytes = Buffer.alloc(count * ENTRY_BYTES)
  for (let index = 0; index < count; index += 1) bytes.writeInt32BE(BLANK_MESSAGE_BYTES, index * ENTRY_BYTES + 8)
  return bytes
}

/** Throws CorruptDataError outside 0..2^53-1. */
export function readPhysicalOffset(bytes: Buffer, at: number): number {
  return readSafeInt64(bytes, at)
}

export function readMessageBytes(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at + 8)
}

/** Hash of the tag; for a delayed message, its delivery time in ms. */
export function readTagsCode(bytes: Buffer, at: number): number {
  return readInt64(bytes, at + 12)
}

/** True for an entry that was written, if only a blank. */
export function isEntry(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) <= 0x1f_ffff && bytes.readInt32BE(at + 8) > 0
}

export function isBlankEntry(bytes: Buffer, at: number): boolean {
  return bytes.readInt32BE(at + 8) === BLANK_MESSAGE_BYTES
}
