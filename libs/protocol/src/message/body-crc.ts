import * as zlib from 'node:zlib'

/** Bound once: a bundle reads what it imports through a getter, at every call. */
const { crc32 } = zlib

/** CRC-32 without its sign bit, as records and registration bodies carry it. Source: common/UtilAll.java. */
export function bodyCrc32(bytes: Buffer): number {
  return crc32(bytes) & 0x7fff_ffff
}
