import { readInt64, readSafeInt64, writeInt64 } from '@rocketmq-ts/base'

/**
 * What a ConsumeQueue knows of a message beyond its entry. Big-endian.
 *
 *   0           2          10               18            20
 *   | unitBytes | tagsCode | storeTimestamp | bitMapBytes | bitMap |
 *   | int16     | int64    | int64          | int16       |        |
 *
 * The bit map says which SQL filters match; as long as none are computed it is empty. Where a unit does not fit a file
 * any more, -1 stands in place of `unitBytes`, and the next file goes on. The entry has, in place of its tags code, the
 * address of the unit: its offset, less 2^63, which no tags code reaches. Source: store/ConsumeQueueExt.java
 */
export const EXT_UNIT_BYTES_MIN = 20

/** As many bytes of a file stay free, at least. */
export const EXT_FILE_REST_BYTES = 4

const TAGS_CODE_IN_ENTRY_AT = 12

export interface ExtUnit {
  readonly unitBytes: number
  readonly tagsCode: number
  readonly storeTimestamp: number
}

/** Writes a unit without a bit map. */
export function writeExtUnit(out: Buffer, at: number, tagsCode: number, storeTimestamp: number): void {
  out.writeInt16BE(EXT_UNIT_BYTES_MIN, at)
  writeInt64(out, tagsCode, at + 2)
  writeInt64(out, storeTimestamp, at + 10)
  out.writeInt16BE(0, at + 18)
}

/** Null where no unit is. */
export function readExtUnit(bytes: Buffer, at: number): ExtUnit | null {
  if (at + EXT_UNIT_BYTES_MIN > bytes.length) return null
  const unitBytes = bytes.readInt16BE(at)
  if (unitBytes < EXT_UNIT_BYTES_MIN) return null
  return { unitBytes, tagsCode: readInt64(bytes, at + 2), storeTimestamp: readInt64(bytes, at + 10) }
}

/** True if the entry has the address of a unit in place of its tags code. */
export function hasExtAddress(entries: Buffer, at: number): boolean {
  return entries.readInt32BE(at + TAGS_CODE_IN_ENTRY_AT) < -1
}

/** Where the unit of an entry begins. Throws CorruptDataError. */
export function readExtOffset(entries: Buffer, at: number): number {
  const address = Buffer.from(entries.subarray(at + TAGS_CODE_IN_ENTRY_AT, at + TAGS_CODE_IN_ENTRY_AT + 8))
  address[0] = (address[0] as number) & 0x7f
  return readSafeInt64(address, 0)
}

export function writeExtAddress(entries: Buffer, at: number, offset: number): void {
  writeInt64(entries, offset, at + TAGS_CODE_IN_ENTRY_AT)
  entries[at + TAGS_CODE_IN_ENTRY_AT] = 0x80
}

/** Puts the tags code back where the address was. */
export function writeTagsCode(entries: Buffer, at: number, tagsCode: number): void {
  writeInt64(entries, tagsCode, at + TAGS_CODE_IN_ENTRY_AT)
}
