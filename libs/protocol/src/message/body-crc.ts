import * as zlib from 'node:zlib'

/** Bound once: a bundle reads what it imports through a getter, at every call. */
const { crc32 } = zlib

/** Up to here a loop has the sum before zlib has been called, as measured; the view for zlib costs as much again. */
const LOOP_BYTES_MAX = 192
/** Reflected, as in zlib. */
const POLYNOMIAL = 0xedb8_8320
const STEP_BYTES = 8
/** Entry `256 * k + b`: what byte `b` does to a sum that `k` more bytes follow in the same step. */
const TABLE = makeTable()

/**
 * CRC-32 of bytes `at`..`end`, without its sign bit, as records and registration bodies carry it.
 * Source: common/UtilAll.java.
 */
export function bodyCrc32(bytes: Buffer, at = 0, end = bytes.length): number {
  return (end - at > LOOP_BYTES_MAX ? crc32(bytes.subarray(at, end)) : loopCrc32(bytes, at, end)) & 0x7fff_ffff
}

function loopCrc32(bytes: Buffer, from: number, end: number): number {
  let crc = -1
  let at = from
  for (; at + STEP_BYTES <= end; at += STEP_BYTES) {
    crc =
      entry(7, crc ^ byte(bytes, at)) ^
      entry(6, (crc >>> 8) ^ byte(bytes, at + 1)) ^
      entry(5, (crc >>> 16) ^ byte(bytes, at + 2)) ^
      entry(4, (crc >>> 24) ^ byte(bytes, at + 3)) ^
      entry(3, byte(bytes, at + 4)) ^
      entry(2, byte(bytes, at + 5)) ^
      entry(1, byte(bytes, at + 6)) ^
      entry(0, byte(bytes, at + 7))
  }
  for (; at < end; at += 1) crc = entry(0, crc ^ byte(bytes, at)) ^ (crc >>> 8)
  return ~crc
}

function entry(followingBytes: number, index: number): number {
  return TABLE[256 * followingBytes + (index & 0xff)] as number
}

function byte(bytes: Buffer, at: number): number {
  return bytes[at] as number
}

function makeTable(): Int32Array {
  const table = new Int32Array(256 * STEP_BYTES)
  for (let index = 0; index < 256; index += 1) {
    let crc = index
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : POLYNOMIAL ^ (crc >>> 1)
    table[index] = crc
  }
  for (let index = 256; index < table.length; index += 1) {
    const before = table[index - 256] as number
    table[index] = (table[before & 0xff] as number) ^ (before >>> 8)
  }
  return table
}
