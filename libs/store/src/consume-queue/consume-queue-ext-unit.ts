import { readInt64, readSafeInt64, writeInt64 } from '@rocketmq-ts/base'

/**
 * What a ConsumeQueue knows of a message beyond its entry. Big-endian.
 *
 *   0           2          10               18            20
 *   | unitBytes | tagsCode | storeTimestamp | bitMapBytes | bitMap |
 *   | int16     | int64    | int64          | int16       |        |
 *
 * The bit map says which SQL filters match; where none was computed it is empty. Where a unit does not fit a file
 * any more, -1 stands in place of `unitBytes`, and the next file goes on. The entry has, in place of its tags code, the
 * address of the unit: its offset, less 2^63, which no tags code reaches. Source: store/ConsumeQueueExt.java
 */
export const EXT_UNIT_BYTES_MIN = 20
export const EXT_UNIT_BYTES_MAX = 32_767

/** As many bytes of a file stay free, at least. */
export const EXT_FILE_REST_BYTES = 4

const TAGS_CODE_IN_ENTRY_AT = 12

export interface ExtUnit {
  readonly tagsCode: number
  readonly storeTimestamp: number
  readonly bitMap: Buffer
}

export const NO_BIT_MAP = Buffer.alloc(0)

export function extUnitBytes({ bitMap }: Pick<ExtUnit, 'bitMap'>): number {
  return EXT_UNIT_BYTES_MIN + bitMap.length
}

/** Writes a unit and returns its end. */
export function writeExtUnit(out: Buffer, at: number, unit: ExtUnit): number {
  const { tagsCode, storeTimestamp, bitMap } = unit
  out.writeInt16BE(extUnitBytes(unit), at)
  writeInt64(out, tagsCode, at + 2)
  writeInt64(out, storeTimestamp, at + 10)
  out.writeInt16BE(bitMap.length, at + 18)
  out.set(bitMap, at + EXT_UNIT_BYTES_MIN)
  return at + extUnitBytes(unit)
}

/** How long the unit is that begins here; 0 where none does. */
export function readExtUnitBytes(bytes: Buffer, at: number): number {
  if (at + EXT_UNIT_BYTES_MIN > bytes.length) return 0
  const unitBytes = bytes.readInt16BE(at)
  return unitBytes < EXT_UNIT_BYTES_MIN ? 0 : unitBytes
}

/** Null where no unit is; the bit map is borrowed. */
export function readExtUnit(bytes: Buffer, at: number): ExtUnit | null {
  const end = at + readExtUnitBytes(bytes, at)
  if (end === at || end > bytes.length) return null
  const bitMapAt = at + EXT_UNIT_BYTES_MIN
  const bitMapBytes = bytes.readInt16BE(at + 18)
  const hasBitMap = bitMapBytes > 0 && bitMapAt + bitMapBytes <= end
  return {
    tagsCode: readInt64(bytes, at + 2),
    storeTimestamp: readInt64(bytes, at + 10),
    bitMap: hasBitMap ? bytes.subarray(bitMapAt, bitMapAt + bitMapBytes) : NO_BIT_MAP,
  }
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
