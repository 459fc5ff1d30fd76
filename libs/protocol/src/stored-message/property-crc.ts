import { bodyCrc32 } from '../message/body-crc'
import type { StoredMessageContent } from './stored-message'

/**
 * A CRC over a whole record as its last property, where `enabledAppendPropCRC` asks for it. It covers the record before
 * it, offsets and store time included, and so is written when these are there. The digits begin with the lowest one:
 *
 *   0            8      9           19     20
 *   | `__CRC32#` | \x01 | 10 digits | \x02 |
 *
 * Source: common/message/MessageDecoder.java (createCrc32), store/MessageExtEncoder.java
 */
export const PROPERTY_CRC_BYTES = 20

const NAME = Buffer.from('__CRC32#\x01')
const PROPERTY_END = 0x02
const DIGIT_COUNT = 10
const DIGIT_0 = 0x30
const NO_BYTES = Buffer.alloc(0)
const CLOSED = Buffer.from([PROPERTY_END])
const ROOM = Buffer.alloc(PROPERTY_CRC_BYTES)

/**
 * The content with room for the CRC, to be filled by `writePropertyCrc`. A CRC that the sender wrote is left out, and the
 * last property is closed: Java's batches leave it open, and the CRC becomes part of its value.
 */
export function withPropertyCrc<T extends Pick<StoredMessageContent, 'properties' | 'addedProperties'>>(content: T): T {
  const { properties, addedProperties = NO_BYTES } = content
  const withRoom = Buffer.concat([...pairsOf(properties), ...pairsOf(addedProperties), ROOM])
  return { ...content, properties: withRoom, addedProperties: NO_BYTES }
}

/** Fills the room at the end of the record in bytes `at`..`end`. */
export function writePropertyCrc(bytes: Buffer, at: number, end: number): void {
  const crcAt = end - PROPERTY_CRC_BYTES
  writeCrc(bytes, crcAt, bodyCrc32(bytes.subarray(at, crcAt)))
}

/** Whether the CRC at the end of the record is right; null for a record without one. */
export function matchesPropertyCrc(record: Buffer): boolean | null {
  const crcAt = record.length - PROPERTY_CRC_BYTES
  if (crcAt < 0 || !record.subarray(crcAt, crcAt + NAME.length).equals(NAME)) return null
  if (record[record.length - 1] !== PROPERTY_END) return null
  const right = Buffer.alloc(PROPERTY_CRC_BYTES)
  writeCrc(right, 0, bodyCrc32(record.subarray(0, crcAt)))
  return right.equals(record.subarray(crcAt))
}

function writeCrc(out: Buffer, at: number, crc: number): void {
  out.set(NAME, at)
  let rest = crc
  for (let index = 0; index < DIGIT_COUNT; index += 1) {
    out[at + NAME.length + index] = DIGIT_0 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  out[at + PROPERTY_CRC_BYTES - 1] = PROPERTY_END
}

/** The properties pair by pair, each closed, without a CRC. */
function* pairsOf(properties: Buffer): Generator<Buffer, void> {
  for (let at = 0; at < properties.length;) {
    let end = properties.indexOf(PROPERTY_END, at)
    if (end < 0) end = properties.length
    if (end > at && !properties.subarray(at, at + NAME.length).equals(NAME)) {
      yield properties.subarray(at, end)
      yield CLOSED
    }
    at = end + 1
  }
}
