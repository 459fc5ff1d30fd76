import { constants } from 'node:http2'
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { status } from '@grpc/grpc-js'
import { CallRefusedError } from './call-refused-error'
import { ACCEPTED_ENCODINGS, inflated, MESSAGE_HEAD_SIZE, MessageReader } from './message-reader'

const responseHeaders: OutgoingHttpHeaders = { ':status': 200, 'content-type': 'application/grpc+proto' }
const okTrailers: OutgoingHttpHeaders = { 'grpc-status': status.OK }
const withTrailers = { waitForTrailers: true } as const

/** Serves the one message that a call brings. */
export type ServeMessage = (message: Buffer, call: DirectCall) => void

/** Of a connection. */
export interface MessageCounts {
  messagesReceived: number
  messagesSent: number
}

/**
 * A call that brings one message, on a stream of HTTP/2: of all that a gRPC server can do it has what such calls need, and
 * costs a third of one. Deadlines are the client's to watch: it takes its call back.
 */
export class DirectCall {
  private isAnswered = false
  private isFlushing = false

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
    private readonly counts: MessageCounts | null,
  ) {
    stream.on('error', ignore) // it closes too, and that is what counts
  }

  /** The client has taken it back, or is gone. */
  get isCancelled(): boolean {
    return this.stream.closed || this.stream.destroyed
  }

  get session(): ServerHttp2Stream['session'] {
    return this.stream.session
  }

  /** Reads the message, of `sizeMax` bytes at most, and has it served. */
  read(sizeMax: number, serve: ServeMessage): void {
    const reader = new MessageReader(sizeMax)
    let isRead = false
    this.stream.on('data', (chunk: Buffer) => {
      if (this.isAnswered) return
      try {
        const message = reader.take(chunk)
        if (message === null) return
        isRead = true
        if (this.counts !== null) this.counts.messagesReceived += 1
        if (message.isCompressed) this.inflate(message.bytes, sizeMax, serve)
        else serve(message.bytes, this)
      } catch (error) {
        this.refuseWith(error)
      }
    })
    this.stream.on('end', () => {
      if (!isRead) this.refuse(status.INTERNAL, 'the call ends without a message')
    })
  }

  /** The answer of a call that is answered once. */
  answer(message: Uint8Array): void {
    if (this.isAnswered || this.isCancelled) return
    this.begin()
    this.end(this.framed(message))
  }

  /** The answer will be a stream. Some clients wait for this before they look for anything else. */
  begin(): void {
    if (this.isAnswered || this.isCancelled) return
    this.isAnswered = true
    this.stream.respond(responseHeaders, withTrailers)
    this.stream.once('wantTrailers', sendOkTrailers)
  }

  /** One element of it. False: the client has gone. What is written at one go leaves at one go. */
  write(message: Uint8Array): boolean {
    if (this.isCancelled) return false
    if (!this.isFlushing) {
      this.isFlushing = true
      this.stream.cork()
      process.nextTick(() => {
        this.isFlushing = false
        this.stream.uncork()
      })
    }
    this.stream.write(this.framed(message))
    return true
  }

  end(last?: Buffer): void {
    if (this.isCancelled) return
    this.stream.end(last)
  }

  /** No answer but a status of gRPC. */
  refuse(code: status, text: string): void {
    if (this.isAnswered || this.isCancelled) return
    this.isAnswered = true
    const trailers = {
      'grpc-status': code,
      'grpc-message': encodeURIComponent(text),
      'grpc-accept-encoding': ACCEPTED_ENCODINGS,
    }
    this.stream.respond({ ...responseHeaders, ...trailers }, { endStream: true })
  }

  /** Ends it without what was to come: by a status if nothing has left yet, else by breaking it off. */
  abort(text: string): void {
    if (this.isAnswered) this.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    else this.refuse(status.INTERNAL, text)
  }

  private inflate(bytes: Buffer, sizeMax: number, serve: ServeMessage): void {
    const encoding = String(this.headers['grpc-encoding'] ?? 'identity')
    inflated(bytes, encoding, sizeMax)
      .then(message => serve(message, this))
      .catch((error: unknown) => this.refuseWith(error))
  }

  private framed(message: Uint8Array): Buffer {
    if (this.counts !== null) this.counts.messagesSent += 1
    return framed(message)
  }

  private refuseWith(error: unknown): void {
    const code = error instanceof CallRefusedError ? error.status : status.INTERNAL
    this.refuse(code, (error as Error).message)
  }
}

function sendOkTrailers(this: ServerHttp2Stream): void {
  this.sendTrailers(okTrailers)
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(MESSAGE_HEAD_SIZE + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, MESSAGE_HEAD_SIZE)
  return frame
}

function ignore(): void {
  // What follows is the end of the stream, which whoever answers looks at.
}
