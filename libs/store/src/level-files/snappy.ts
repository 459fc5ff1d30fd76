import { CorruptDataError } from '@rocketmq-ts/base'
import { ByteCursor } from './byte-cursor'

/** A block of LevelDB is smaller by far, unless one value is larger. */
const PLAIN_BYTES_MAX = 64 * 1024 ** 2

/**
 * What was compressed in Snappy's raw format: the length, then literals and copies of what came before, told apart by
 * the two lowest bits of a tag. Throws CorruptDataError.
 */
export function snappyUncompress(bytes: Buffer): Buffer {
  const cursor = new ByteCursor(bytes)
  const plainBytes = cursor.varint()
  if (plainBytes > PLAIN_BYTES_MAX) throw new CorruptDataError(`a block of ${plainBytes} bytes is too large`)
  const plain = Buffer.alloc(plainBytes)
  let at = 0
  while (!cursor.isAtEnd) {
    const tag = cursor.byte()
    const kind = tag & 3
    const length = kind === 0 ? literalLength(tag, cursor) : kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
    if (at + length > plainBytes) throw new CorruptDataError('a block is longer than it says')
    if (kind === 0) cursor.take(length).copy(plain, at)
    else copyBack(plain, at, { length, distance: distanceOf(tag, cursor) })
    at += length
  }
  if (at !== plainBytes) throw new CorruptDataError('a block is shorter than it says')
  return plain
}

function literalLength(tag: number, cursor: ByteCursor): number {
  const length = tag >> 2
  return (length < 60 ? length : littleEndian(cursor, length - 59)) + 1
}

function distanceOf(tag: number, cursor: ByteCursor): number {
  if ((tag & 3) === 1) return ((tag >> 5) << 8) + cursor.byte()
  return littleEndian(cursor, (tag & 3) === 2 ? 2 : 4)
}

function littleEndian(cursor: ByteCursor, byteCount: number): number {
  return cursor.take(byteCount).readUIntLE(0, byteCount)
}

/** The copy may overlap what it makes: then it repeats. */
function copyBack(
  plain: Buffer,
  at: number,
  { length, distance }: { readonly length: number; readonly distance: number },
): void {
  if (distance === 0 || distance > at) throw new CorruptDataError('a copy begins before its block')
  for (let index = at; index < at + length; index += 1) plain[index] = plain[index - distance] as number
}
