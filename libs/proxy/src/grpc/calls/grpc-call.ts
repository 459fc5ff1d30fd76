import type { ConnectionCounts } from '../channelz/call-counts'
import { encodeHeaders } from '../http2/hpack/encode-headers'
import type { HeaderList } from '../http2/hpack/header-list'
import { ErrorCode } from '../http2/http2-error'
import type { Http2Stream, StreamListener } from '../http2/http2-stream'
import { CallRefusedError } from './call-refused-error'
import { GrpcStatus } from './grpc-status'
import { ACCEPTED_ENCODINGS, framed } from './message-frames'

/** Takes the body of a call. What `onData` throws ends the call. */
export interface BodyReader {
  onData(bytes: Buffer): void
  onEnd(): void
}

const answerHeaders: readonly (readonly [string, string])[] = [
  [':status', '200'],
  ['content-type', 'application/grpc+proto'],
]
const answerBlock = encodeHeaders(answerHeaders)
const okBlock = encodeHeaders([['grpc-status', String(GrpcStatus.OK)]])

/** Of the text of a status: headers have to fit into a frame. */
const STATUS_TEXT_CHARS_MAX = 4096

/** A call, on a stream of HTTP/2. Deadlines are the client's to watch: it takes its call back. Source: grpc.io, PROTOCOL-HTTP2.md */
export class GrpcCall implements StreamListener {
  /** Whoever reads it. */
  reader: BodyReader | null = null
  /** Nothing goes either way any more. */
  onceClosed: () => void = nothing
  private hasBegun = false
  private hasEnded = false
  private isOk = false
  private heldBytes = 0

  constructor(
    private readonly stream: Http2Stream,
    readonly connection: ConnectionCounts,
  ) {
    stream.listener = this
    connection.opened()
  }

  get headers(): HeaderList {
    return this.stream.headers
  }

  /** The client has taken it back, or is gone. */
  get isCancelled(): boolean {
    return this.stream.isClosed
  }

  /** The answer of a call that is answered once. */
  answer(message: Uint8Array): void {
    if (this.hasBegun || this.hasEnded) return
    this.hasEnded = this.isOk = true
    this.connection.messagesSent += 1
    this.stream.answer(answerBlock, framed(message), okBlock)
  }

  /** The answer will be a stream. Some clients wait for this before they look for anything else. */
  begin(): void {
    if (this.hasBegun || this.hasEnded) return
    this.hasBegun = true
    this.stream.begin(answerBlock)
  }

  /** One element of it. False: the client has gone. */
  write(message: Uint8Array): boolean {
    if (this.isCancelled || this.hasEnded) return false
    this.connection.messagesSent += 1
    this.stream.write(framed(message))
    return true
  }

  /** The end of a stream, which went well. */
  end(): void {
    if (this.hasEnded) return
    this.hasEnded = this.isOk = true
    this.stream.end(okBlock)
  }

  /** No answer, or no more of it, but a status of gRPC. */
  refuse(code: GrpcStatus, text: string): void {
    if (this.hasEnded) return
    this.hasEnded = true
    const trailers = [
      ['grpc-status', String(code)],
      ['grpc-message', statusMessage(text)],
      ['grpc-accept-encoding', ACCEPTED_ENCODINGS],
    ] as const
    this.stream.end(encodeHeaders(this.hasBegun ? trailers : [...answerHeaders, ...trailers]))
  }

  refuseWith(error: unknown): void {
    this.refuse(error instanceof CallRefusedError ? error.status : GrpcStatus.INTERNAL, (error as Error).message)
  }

  /** It is no call of gRPC: an answer of HTTP. */
  refuseAsHttp(httpStatus: number): void {
    this.hasEnded = true
    this.stream.end(encodeHeaders([[':status', String(httpStatus)]]))
  }

  /** Ends it without what was to come: by a status if nothing has left yet, else by breaking it off. */
  abort(text: string): void {
    if (this.hasBegun) this.stream.reset(ErrorCode.INTERNAL_ERROR)
    else this.refuse(GrpcStatus.INTERNAL, text)
  }

  /** The client is to wait with what it has not sent yet. */
  pause(): void {
    this.stream.pause()
  }

  resume(): void {
    this.stream.resume()
  }

  /** So many bytes wait for the rest of their message. Throws CallRefusedError: too many on all of the connection. */
  hold(bytes: number): void {
    if (bytes === this.heldBytes) return
    const { connection } = this
    connection.heldBytes += bytes - this.heldBytes
    this.heldBytes = bytes
    if (connection.heldBytes <= connection.heldBytesMax) return
    const text = `calls of this connection have more than ${connection.heldBytesMax} bytes of unfinished messages`
    throw new CallRefusedError(GrpcStatus.RESOURCE_EXHAUSTED, text)
  }

  onData(bytes: Buffer): void {
    if (this.hasEnded) return
    try {
      this.reader?.onData(bytes)
    } catch (error) {
      this.refuseWith(error)
    }
  }

  onEnd(): void {
    if (!this.hasEnded) this.reader?.onEnd()
  }

  onClose(isWhole: boolean): void {
    this.connection.heldBytes -= this.heldBytes
    this.connection.closed(isWhole, this.isOk)
    this.onceClosed()
  }
}

/** What is not printable ASCII, and the sign that says so, byte by byte. */
function statusMessage(text: string): string {
  const bytes = Buffer.from(text.slice(0, STATUS_TEXT_CHARS_MAX))
  return bytes.toString('latin1').replace(/[^ -$&-~]/g, character => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}

function nothing(): void {
  // Nobody wants to know.
}
