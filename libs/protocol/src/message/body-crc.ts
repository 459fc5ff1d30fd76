import * as zlib from 'node:zlib'

/** CRC-32 without its sign bit, as records and registration bodies carry it. Source: common/UtilAll.java. */
export function bodyCrc32(bytes: Buffer): number {
  return zlib.crc32(bytes) & 0x7fff_ffff
}
