const POLYNOMIAL = 0x82f6_3b78
const MASK_DELTA = 0xa282_ead8

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL
  return crc
})

/** CRC-32C of bytes from..until, as LevelDB writes it: masked, for bytes that may have CRCs in them. An uint32. */
export function maskedCrc32c(bytes: Uint8Array, from: number, until: number): number {
  let crc = 0xffff_ffff
  for (let at = from; at < until; at += 1) crc = (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8)
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0
}
