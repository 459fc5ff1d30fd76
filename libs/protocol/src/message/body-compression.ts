import * as zlib from 'node:zlib'
import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'
import { MessageSysFlag } from './message-sys-flag'

/** A compressed body that cannot be unpacked, or not within the limit. */
export class BodyCompressionError extends RefusedError {
  readonly code = 'RMQ_BODY_COMPRESSION'
  readonly responseCode = ResponseCode.MESSAGE_ILLEGAL
}

export type CompressionType = 'LZ4' | 'ZSTD' | 'ZLIB'

interface Lz4 {
  compressFrame(bytes: Buffer): Promise<Buffer>
  decompressFrame(bytes: Buffer): Promise<Buffer>
}

interface Zstd {
  compress(bytes: Buffer, level?: number): Promise<Buffer>
  decompress(bytes: Buffer): Promise<Buffer>
}

/* The addons are loaded when they are first needed: a broker hardly ever does. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const loadLz4 = (): Lz4 => require('lz4-napi') as Lz4
// eslint-disable-next-line @typescript-eslint/no-require-imports
const loadZstd = (): Zstd => require('@mongodb-js/zstd') as Zstd

/** What a body was compressed with, by its sysFlag. */
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

export async function compressBody(body: Buffer, type: CompressionType, level = 5): Promise<Buffer> {
  switch (type) {
    case 'LZ4':
      return loadLz4().compressFrame(body)
    case 'ZSTD':
      return loadZstd().compress(body, level)
    case 'ZLIB':
      return zlib.deflateSync(body, { level })
  }
}

/** Throws BodyCompressionError when it is damaged or would become longer than `bytesMax`. */
export async function decompressBody(body: Buffer, type: CompressionType, bytesMax: number): Promise<Buffer> {
  try {
    return await decompress(body, type, bytesMax)
  } catch (cause) {
    throw new BodyCompressionError(`the body does not unpack: ${(cause as Error).message}`, { cause })
  }
}

async function decompress(body: Buffer, type: CompressionType, bytesMax: number): Promise<Buffer> {
  switch (type) {
    case 'LZ4':
      return loadLz4().decompressFrame(body)
    case 'ZSTD':
      return loadZstd().decompress(body)
    case 'ZLIB':
      return zlib.inflateSync(body, { maxOutputLength: bytesMax })
  }
}
