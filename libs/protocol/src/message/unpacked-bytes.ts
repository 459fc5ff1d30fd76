/**
 * How much a compressed frame unpacks to, found by walking over its blocks: the unpackers have no limit of their own,
 * and a few bytes can stand for gigabytes. Every block but the last counts as full, which it is with all writers but
 * hostile ones; the truth is at most one block more. Throws RangeError when the frame is damaged.
 */
const LZ4_MAGIC = 0x184d2204
const ZSTD_MAGIC = 0xfd2fb528
const ZSTD_BLOCK_BYTES_MAX = 128 * 1024

/** LZ4 frames: magic, flags, block size, [content size], [dictionary], checksum; then blocks of int32 length and bytes. */
export function lz4UnpackedBytes(frames: Buffer): number {
  let unpackedBytes = 0
  let lastBytes = 0
  for (let at = 0; at < frames.length;) {
    if (frames.readUInt32LE(at) !== LZ4_MAGIC) throw new RangeError('no LZ4 frame')
    const flags = frames.readUInt8(at + 4)
    const blockBytesMax = 1 << (8 + 2 * ((frames.readUInt8(at + 5) >> 4) & 7))
    const checksumBytes = (flags & 0x10) === 0 ? 0 : 4
    at += 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4)
    for (let block = frames.readUInt32LE(at); block !== 0; block = frames.readUInt32LE(at)) {
      const isPlain = block > 0x7fff_ffff
      const blockBytes = block & 0x7fff_ffff
      unpackedBytes += lastBytes
      lastBytes = isPlain ? blockBytes : blockBytesMax
      at += 4 + blockBytes + checksumBytes
    }
    at += 4 + ((flags & 0x04) === 0 ? 0 : 4)
  }
  return unpackedBytes
}

/** ZSTD frames: magic, descriptor, [window], [dictionary], [content size]; then blocks of a 3-byte header and bytes. */
export function zstdUnpackedBytes(frames: Buffer): number {
  let unpackedBytes = 0
  let lastBytes = 0
  for (let at = 0; at < frames.length;) {
    if (frames.readUInt32LE(at) !== ZSTD_MAGIC) throw new RangeError('no ZSTD frame')
    const descriptor = frames.readUInt8(at + 4)
    at += zstdHeaderBytes(descriptor)
    for (let isLast = false; !isLast;) {
      const header = frames.readUIntLE(at, 3)
      const kind = (header >> 1) & 3
      const size = header >> 3
      isLast = (header & 1) === 1
      unpackedBytes += lastBytes
      lastBytes = kind === 2 ? ZSTD_BLOCK_BYTES_MAX : size
      at += 3 + (kind === 1 ? 1 : size)
    }
    at += (descriptor & 0x04) === 0 ? 0 : 4
  }
  return unpackedBytes
}

function zstdHeaderBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number
  return 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes
}
