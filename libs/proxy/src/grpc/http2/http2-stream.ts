import type { FrameOutput, WaitingStream } from './frame-output'
import {
  FRAME_HEAD_SIZE,
  FrameFlag,
  FrameType,
  INT31_MAX,
  rstStreamFrame,
  windowUpdateFrame,
  writeFrameHead,
} from './frames'
import type { HeaderList } from './hpack/header-list'
import { ErrorCode, Http2StreamError } from './http2-error'
import { ReceiveWindow } from './receive-window'

/** Who serves the request of a stream. */
export interface StreamListener {
  /** Some of its body; a view of what was read. */
  onData(bytes: Buffer): void
  /** There is no more of it. */
  onEnd(): void
  /** Nothing goes either way any more. `isWhole`: the answer is out, and nobody broke it off. */
  onClose(isWhole: boolean): void
}

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly output: FrameOutput
  onStreamClosed(stream: Http2Stream): void
}

/** Of the body of a request that is on its way. */
export const STREAM_WINDOW_SIZE = 256 * 1024

const nobody: StreamListener = { onData: ignore, onEnd: ignore, onClose: ignore }

/** One request and its answer. */
export class Http2Stream implements WaitingStream {
  listener: StreamListener = nobody
  private isRemoteEnded = false
  private isOver = false
  private readonly receiveWindow = new ReceiveWindow(STREAM_WINDOW_SIZE)
  private isPaused = false
  /** Of the body, as the client said before, what has not come; null: it did not say. */
  private missing: number | null
  /** Data that waits for room. */
  private readonly queue: Buffer[] = []
  private trailers: Buffer | null = null

  constructor(
    readonly id: number,
    readonly headers: HeaderList,
    private sendWindow: number,
    private readonly host: StreamHost,
  ) {
    const length = headers.get('content-length')
    this.missing = length === null ? null : Number(length)
  }

  /** Nothing goes either way any more. */
  get isClosed(): boolean {
    return this.isOver
  }

  /** Headers, one piece of data and trailers: all that most answers are. */
  answer(headers: Buffer, data: Buffer, trailers: Buffer): void {
    if (this.isOver) return
    if (!this.hasRoomFor(data)) {
      this.begin(headers)
      this.write(data)
      this.end(trailers)
      return
    }
    const { output } = this.host
    const bytes = Buffer.allocUnsafe(3 * FRAME_HEAD_SIZE + headers.length + data.length + trailers.length)
    const dataAt = this.put(bytes, 0, headers, FrameType.HEADERS, FrameFlag.END_HEADERS)
    const trailersAt = this.put(bytes, dataAt, data, FrameType.DATA, 0)
    this.put(bytes, trailersAt, trailers, FrameType.HEADERS, FrameFlag.END_HEADERS | FrameFlag.END_STREAM)
    this.sendWindow -= data.length
    output.window -= data.length
    output.add(bytes)
    this.onAnswered()
  }

  begin(headers: Buffer): void {
    if (!this.isOver) this.send(headers, FrameType.HEADERS, FrameFlag.END_HEADERS)
  }

  write(data: Buffer): void {
    if (this.isOver) return
    if (this.queue.length === 0 && this.hasRoomFor(data)) {
      this.sendData(data)
      return
    }
    this.queue.push(data)
    if (!this.sendWaiting()) this.host.output.wait(this)
  }

  /** Leaves behind all that was written. */
  end(trailers: Buffer): void {
    if (this.isOver) return
    if (this.queue.length > 0) {
      this.trailers = trailers
      return
    }
    this.send(trailers, FrameType.HEADERS, FrameFlag.END_HEADERS | FrameFlag.END_STREAM)
    this.onAnswered()
  }

  /** Breaks it off. */
  reset(errorCode: ErrorCode): void {
    if (this.isOver) return
    this.host.output.add(rstStreamFrame(this.id, errorCode))
    this.close(false)
  }

  /** The client is not to send more than is on its way. */
  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    this.updateWindow()
  }

  sendWaiting(): boolean {
    const { output } = this.host
    for (let data = this.queue[0]; data !== undefined; data = this.queue[0]) {
      const size = Math.min(data.length, this.sendWindow, output.room, output.payloadSizeMax)
      if (size <= 0 && data.length > 0) return false
      this.sendData(data.subarray(0, size))
      if (size === data.length) this.queue.shift()
      else this.queue[0] = data.subarray(size)
    }
    if (this.trailers !== null) this.end(this.trailers)
    return true
  }

  /** The client opens the window of the stream, or closes it: by a negative increment. False: it cannot be as large. */
  widen(increment: number): boolean {
    this.sendWindow += increment
    if (this.sendWindow > INT31_MAX) return false
    if (this.queue.length > 0 && increment > 0 && this.sendWaiting()) this.host.output.forget(this)
    return true
  }

  /** `size`: with its padding. Throws Http2StreamError. */
  onData(data: Buffer, size: number, isLast: boolean): void {
    this.requireReceiving('DATA')
    if (!this.receiveWindow.take(size)) {
      throw new Http2StreamError(this.id, ErrorCode.FLOW_CONTROL_ERROR, 'DATA for which there is no window')
    }
    if (this.missing !== null) this.missing -= data.length
    if (data.length > 0) this.listener.onData(data)
    if (isLast) this.onEnd()
    else this.updateWindow()
  }

  /** Throws Http2StreamError: the client has ended its request before. */
  requireReceiving(what: string): void {
    if (this.isRemoteEnded) throw new Http2StreamError(this.id, ErrorCode.STREAM_CLOSED, `${what} after the end`)
  }

  /** Throws Http2StreamError. */
  onEnd(): void {
    this.isRemoteEnded = true
    if ((this.missing ?? 0) !== 0) {
      throw new Http2StreamError(
        this.id,
        ErrorCode.PROTOCOL_ERROR,
        'the body has not the length that content-length says',
      )
    }
    if (!this.isOver) this.listener.onEnd()
  }

  /** The client, or its connection, has gone; or it was all there is. */
  close(isWhole: boolean): void {
    if (this.isOver) return
    this.isOver = true
    this.queue.length = 0
    this.trailers = null
    this.host.output.forget(this)
    this.host.onStreamClosed(this)
    this.listener.onClose(isWhole)
  }

  private hasRoomFor({ length }: Buffer): boolean {
    const { output } = this.host
    return length <= this.sendWindow && length <= output.room && length <= output.payloadSizeMax
  }

  private sendData(data: Buffer): void {
    this.sendWindow -= data.length
    this.host.output.window -= data.length
    this.send(data, FrameType.DATA, 0)
  }

  private send(payload: Buffer, type: number, flags: number): void {
    const bytes = Buffer.allocUnsafe(FRAME_HEAD_SIZE + payload.length)
    this.put(bytes, 0, payload, type, flags)
    this.host.output.add(bytes)
  }

  /** Returns where the frame ends. */
  private put(bytes: Buffer, at: number, payload: Buffer, type: number, flags: number): number {
    const payloadAt = writeFrameHead(bytes, at, { length: payload.length, type, flags, streamId: this.id })
    bytes.set(payload, payloadAt)
    return payloadAt + payload.length
  }

  /** A client that still sends may stop. */
  private onAnswered(): void {
    if (!this.isRemoteEnded) this.host.output.add(rstStreamFrame(this.id, ErrorCode.NO_ERROR))
    this.close(true)
  }

  private updateWindow(): void {
    if (this.isPaused || this.isOver || this.isRemoteEnded) return
    const increment = this.receiveWindow.reopened()
    if (increment > 0) this.host.output.add(windowUpdateFrame(this.id, increment))
  }
}

function ignore(): void {
  // Nobody listens yet, or any more.
}
