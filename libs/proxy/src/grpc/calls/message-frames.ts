import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { CallRefusedError } from './call-refused-error'
import { GrpcStatus } from './grpc-status'

/*
 * Messages in the body of a call:
 *
 *   | compressed (1) | length (4) | message (length) | ...
 *
 * Source: grpc.io, PROTOCOL-HTTP2.md
 */

/** Of a message: one byte that says whether it is compressed, and its length. */
export const MESSAGE_HEAD_SIZE = 5

/** How a request may be compressed. */
const inflaters: Readonly<Record<string, typeof gunzip>> = { gzip: gunzip, deflate: inflate }
export const ACCEPTED_ENCODINGS = 'identity,deflate,gzip'

/** A message as it was sent. */
export interface FramedMessage {
  readonly bytes: Buffer
  readonly isCompressed: boolean
}

export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(MESSAGE_HEAD_SIZE + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, MESSAGE_HEAD_SIZE)
  return frame
}

const NOTHING = Buffer.alloc(0)

/**
 * Puts messages together from the pieces of a body; takes none of more than `sizeMax` bytes. One that comes in one piece is
 * not copied; of others no more is kept than twice what has come, however small the pieces are.
 */
export class MessageSplitter {
  private kept: Buffer = NOTHING
  private keptSize = 0
  /** Nobody else sees what is kept. */
  private isOwn = false
  /** Of the message whose beginning is there, with its head; null before. */
  private wanted: number | null = null

  constructor(private readonly sizeMax: number) {}

  /** Bytes that wait for the rest of their message. */
  get size(): number {
    return this.keptSize
  }

  /** Takes a piece. */
  add(bytes: Buffer): void {
    const size = this.keptSize + bytes.length
    if (this.keptSize === 0) {
      this.kept = bytes
      this.isOwn = false
    } else {
      if (!this.isOwn || this.kept.length < size) this.grow(size)
      this.kept.set(bytes, this.keptSize)
    }
    this.keptSize = size
  }

  /** The next message, if it is whole; null before. Throws CallRefusedError. */
  next(): FramedMessage | null {
    const { kept, keptSize } = this
    if (keptSize < MESSAGE_HEAD_SIZE) return null
    const end = (this.wanted ??= MESSAGE_HEAD_SIZE + this.requireLength(kept))
    if (keptSize < end) return null
    this.kept = kept.subarray(end, keptSize)
    this.keptSize -= end
    this.isOwn = false
    this.wanted = null
    return { bytes: kept.subarray(MESSAGE_HEAD_SIZE, end), isCompressed: kept[0] !== 0 }
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.keptSize))
    this.kept.copy(larger, 0, 0, this.keptSize)
    this.kept = larger
    this.isOwn = true
  }

  private requireLength(head: Buffer): number {
    const length = head.readUInt32BE(1)
    if (length <= this.sizeMax) return length
    const text = `a message of ${length} bytes is larger than grpcMaxInboundMessageSize (${this.sizeMax})`
    throw new CallRefusedError(GrpcStatus.RESOURCE_EXHAUSTED, text)
  }
}

/** What was compressed as `encoding` says; no more than `sizeMax` bytes of it. Rejects with CallRefusedError. */
export async function inflated(bytes: Buffer, encoding: string, sizeMax: number): Promise<Buffer> {
  const inflater = inflaters[encoding]
  if (inflater === undefined) {
    const text = `compression "${encoding}" is not known, only ${ACCEPTED_ENCODINGS}`
    throw new CallRefusedError(GrpcStatus.UNIMPLEMENTED, text)
  }
  try {
    return await promisify<Buffer, object, Buffer>(inflater)(bytes, { maxOutputLength: Math.max(1, sizeMax) })
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const text = isTooLarge ? `larger than grpcMaxInboundMessageSize (${sizeMax})` : (error as Error).message
    throw new CallRefusedError(
      isTooLarge ? GrpcStatus.RESOURCE_EXHAUSTED : GrpcStatus.INTERNAL,
      `cannot decompress: ${text}`,
    )
  }
}
