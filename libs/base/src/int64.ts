import { CorruptDataError } from './errors'

const TWO_TO_32 = 0x1_0000_0000

/** Reads a big-endian int64 that must fit a double exactly. Throws CorruptDataError outside 0..2^53-1. */
export function readSafeInt64(bytes: Buffer, at: number): number {
  const high = bytes.readInt32BE(at)
  if (high < 0 || high > 0x1f_ffff) throw new CorruptDataError(`int64 at byte ${at} is outside 0..2^53-1`)
  return high * TWO_TO_32 + bytes.readUInt32BE(at + 4)
}

/** Reads a big-endian int64; exact between -2^53 and 2^53, rounded outside. For bytes of a peer, which decide nothing here. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * TWO_TO_32 + bytes.readUInt32BE(at + 4)
}

/** Writes a whole number between -2^53 and 2^53 as a big-endian int64. */
export function writeInt64(bytes: Buffer, value: number, at: number): void {
  bytes.writeInt32BE(Math.floor(value / TWO_TO_32) | 0, at)
  bytes.writeInt32BE(value | 0, at + 4)
}
