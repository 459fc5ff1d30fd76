import { status } from '@grpc/grpc-js'
import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { CallRefusedError } from './call-refused-error'

/** Of a message on a stream: one byte that says whether it is compressed, and its length. */
export const MESSAGE_HEAD_SIZE = 5

/** How a request may be compressed. */
const inflaters: Readonly<Record<string, typeof gunzip>> = { gzip: gunzip, deflate: inflate }
export const ACCEPTED_ENCODINGS = 'identity,deflate,gzip'

/** A message as it was sent. */
export interface FramedMessage {
  readonly bytes: Buffer
  readonly isCompressed: boolean
}

/** Puts the one message of a request together from chunks of a stream; takes no more than `sizeMax` bytes of it. */
export class MessageReader {
  private parts: Buffer[] = []
  private size = 0

  constructor(private readonly sizeMax: number) {}

  /** The message, once this chunk completes it; null before. Throws CallRefusedError. */
  take(chunk: Buffer): FramedMessage | null {
    this.size += chunk.length
    if (this.parts.length === 0 && this.size >= MESSAGE_HEAD_SIZE) return this.messageOf(chunk)
    this.parts.push(chunk)
    if (this.size < MESSAGE_HEAD_SIZE) return null
    const [first = chunk] = this.parts
    const head = first.length >= MESSAGE_HEAD_SIZE ? first : this.joined()
    return this.size < this.requireEnd(head) ? null : this.messageOf(this.joined())
  }

  private messageOf(bytes: Buffer): FramedMessage | null {
    const end = this.requireEnd(bytes)
    if (bytes.length > end) throw new CallRefusedError(status.INTERNAL, 'a call takes one message, here is more')
    if (bytes.length === end) return { bytes: bytes.subarray(MESSAGE_HEAD_SIZE), isCompressed: bytes[0] !== 0 }
    this.parts = [bytes]
    return null
  }

  private joined(): Buffer {
    const bytes = Buffer.concat(this.parts)
    this.parts = [bytes]
    return bytes
  }

  private requireEnd(head: Buffer): number {
    const length = head.readUInt32BE(1)
    if (length <= this.sizeMax) return MESSAGE_HEAD_SIZE + length
    const text = `a message of ${length} bytes is larger than grpcMaxInboundMessageSize (${this.sizeMax})`
    throw new CallRefusedError(status.RESOURCE_EXHAUSTED, text)
  }
}

/** What was compressed as `encoding` says; no more than `sizeMax` bytes of it. Rejects with CallRefusedError. */
export async function inflated(bytes: Buffer, encoding: string, sizeMax: number): Promise<Buffer> {
  const inflater = inflaters[encoding]
  if (inflater === undefined) {
    const text = `compression "${encoding}" is not known, only ${ACCEPTED_ENCODINGS}`
    throw new CallRefusedError(status.UNIMPLEMENTED, text)
  }
  try {
    return await promisify<Buffer, object, Buffer>(inflater)(bytes, { maxOutputLength: Math.max(1, sizeMax) })
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    const text = isTooLarge ? `larger than grpcMaxInboundMessageSize (${sizeMax})` : (error as Error).message
    throw new CallRefusedError(isTooLarge ? status.RESOURCE_EXHAUSTED : status.INTERNAL, `cannot decompress: ${text}`)
  }
}
