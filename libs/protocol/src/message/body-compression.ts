import * as zlib from 'node:zlib'
import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'
import { MessageSysFlag } from './message-sys-flag'
import { lz4UnpackedBytes, zstdUnpackedBytes } from './unpacked-bytes'

/** A compressed body that cannot be unpacked, or not within the limit. */
export class BodyCompressionError extends RefusedError {
  readonly code = 'RMQ_BODY_COMPRESSION'
  readonly responseCode = ResponseCode.MESSAGE_ILLEGAL
}

export type CompressionType = 'LZ4' | 'ZSTD' | 'ZLIB'

interface Compressor {
  compress(bytes: Buffer, level: number): Promise<Buffer>
  /** May throw; may unpack more than `bytesMax` by a block. */
  decompress(bytes: Buffer, bytesMax: number): Promise<Buffer>
}

const zlibCompressor: Compressor = {
  compress: (bytes, level) => Promise.resolve(zlib.deflateSync(bytes, { level })),
  decompress: (bytes, bytesMax) => Promise.resolve(zlib.inflateSync(bytes, { maxOutputLength: bytesMax })),
}

interface Lz4Addon {
  readonly compressFrame: (bytes: Buffer) => Promise<Buffer>
  readonly decompressFrame: (bytes: Buffer) => Promise<Buffer>
}

/* The addons are loaded when they are first needed: a broker never looks into a body, only tools do. */

function lz4Compressor(): Compressor {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { compressFrame, decompressFrame } = require('lz4-napi') as Lz4Addon
  return {
    compress: compressFrame,
    decompress: (bytes, bytesMax) => decompressFrame(unlessTooLong(bytes, lz4UnpackedBytes(bytes), bytesMax)),
  }
}

interface ZstdAddon {
  readonly compress: (bytes: Buffer, level: number) => Promise<Buffer>
  readonly decompress: (bytes: Buffer) => Promise<Buffer>
}

function zstdCompressor(): Compressor {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { compress, decompress } = require('@mongodb-js/zstd') as ZstdAddon
  return {
    compress,
    decompress: (bytes, bytesMax) => decompress(unlessTooLong(bytes, zstdUnpackedBytes(bytes), bytesMax)),
  }
}

function unlessTooLong(bytes: Buffer, unpackedBytes: number, bytesMax: number): Buffer {
  if (unpackedBytes > bytesMax) throw new RangeError(`${unpackedBytes} bytes, ${bytesMax} are allowed`)
  return bytes
}

function compressorOf(type: CompressionType): Compressor {
  switch (type) {
    case 'LZ4':
      return lz4Compressor()
    case 'ZSTD':
      return zstdCompressor()
    case 'ZLIB':
      return zlibCompressor
  }
}

/** What a body was compressed with, by its sysFlag. Throws BodyCompressionError. */
export function compressionTypeOf(sysFlag: number): CompressionType {
  switch (sysFlag & MessageSysFlag.COMPRESSION_MASK) {
    case MessageSysFlag.COMPRESSION_LZ4:
      return 'LZ4'
    case MessageSysFlag.COMPRESSION_ZSTD:
      return 'ZSTD'
    case 0:
    case MessageSysFlag.COMPRESSION_ZLIB:
      return 'ZLIB'
    default:
      throw new BodyCompressionError(`unknown compression in sysFlag ${sysFlag}`)
  }
}

/** `level` is that of zlib and zstd; LZ4 has none. */
export function compressBody(body: Buffer, type: CompressionType, level = 5): Promise<Buffer> {
  return compressorOf(type).compress(body, level)
}

/** Throws BodyCompressionError when it is damaged or longer than `bytesMax`. */
export async function decompressBody(body: Buffer, type: CompressionType, bytesMax: number): Promise<Buffer> {
  try {
    const unpacked = await compressorOf(type).decompress(body, bytesMax)
    unlessTooLong(unpacked, unpacked.length, bytesMax)
    return unpacked
  } catch (cause) {
    throw new BodyCompressionError(`the body does not unpack: ${(cause as Error).message}`, { cause })
  }
}
