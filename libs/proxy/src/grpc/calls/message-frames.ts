import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { GrpcStatus } from './grpc-status'
import { CallRefusedError } from './call-refused-error'

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

/** Puts messages together from the pieces of a body; takes none of more than `sizeMax` bytes. */
export class MessageSplitter {
  private parts: Buffer[] = []
  private bytes = 0
  /** Of the message whose beginning is there, with its head; null before. */
  private wanted: number | null = null

  constructor(private readonly sizeMax: number) {}

  /** Bytes that wait for the rest of their message. */
  get size(): number {
    return this.bytes
  }

  /** Takes a piece. */
  add(bytes: Buffer): void {
    this.parts.push(bytes)
    this.bytes += bytes.length
  }

  /** The next message, if it is whole; null before. Throws CallRefusedError. */
  next(): FramedMessage | null {
    if (this.wanted === null) {
      if (this.bytes < MESSAGE_HEAD_SIZE) return null
      this.wanted = MESSAGE_HEAD_SIZE + this.requireLength(this.headed())
    }
    if (this.bytes < this.wanted) return null
    const bytes = this.joined()
    const end = this.wanted
    this.parts = bytes.length === end ? [] : [bytes.subarray(end)]
    this.bytes -= end
    this.wanted = null
    return { bytes: bytes.subarray(MESSAGE_HEAD_SIZE, end), isCompressed: bytes[0] !== 0 }
  }

  /** A piece that holds the head. */
  private headed(): Buffer {
    const [first] = this.parts
    return first !== undefined && first.length >= MESSAGE_HEAD_SIZE ? first : this.joined()
  }

  private joined(): Buffer {
    const [first, ...more] = this.parts as [Buffer, ...Buffer[]]
    if (more.length === 0) return first
    const bytes = Buffer.concat(this.parts, this.bytes)
    this.parts = [bytes]
    return bytes
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
