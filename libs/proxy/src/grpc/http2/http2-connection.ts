import type { Socket } from 'node:net'
import type { Clock, PeerError } from '@rocketmq-ts/base'
import { FrameOutput } from './frame-output'
import { FrameReader } from './frame-reader'
import type { FrameListener } from './frame-reader'
import {
  FrameFlag,
  FrameType,
  goAwayFrame,
  INT31_MAX,
  pingFrame,
  rstStreamFrame,
  settingsAckFrame,
  windowUpdateFrame,
} from './frames'
import { protocolError, requireFitting } from './frame-rules'
import { CONNECTION_WINDOW_SIZE, greeting } from './greeting'
import { requireOther, withoutPadding } from './header-block'
import type { HeaderList } from './hpack/header-list'
import { ErrorCode, Http2ConnectionError, Http2StreamError } from './http2-error'
import { Http2Stream } from './http2-stream'
import type { StreamHost } from './http2-stream'
import { OpenStreams } from './open-streams'
import { PeerSettings } from './peer-settings'
import { ReceiveWindow } from './receive-window'
import { requireRequest, RequestHeaders, requireTrailers } from './request-headers'
import { ResetAllowance } from './reset-allowance'

export interface Http2ConnectionDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Streams that a client may have at a time. */
  readonly streamCountMax: number
  /** A request has begun: its stream is given a listener. */
  readonly onRequest: (stream: Http2Stream) => void
  /** The client does not speak HTTP/2 as it should: it is told, and let go. */
  readonly onFault: (error: PeerError) => void
  readonly onClose: () => void
}

const TOO_LARGE = 'a window grows too large'
/** By its answer we know that the client knows that we go. */
const DRAIN_PING = Buffer.from('draining')

/** The server's side of HTTP/2 on a socket. Source: RFC 9113 */
export class Http2Connection implements FrameListener, StreamHost {
  readonly output: FrameOutput
  private readonly reader = new FrameReader(this)
  private readonly headers = new RequestHeaders((...parts) => this.onHeaders(...parts))
  private readonly settings = new PeerSettings()
  private readonly resets: ResetAllowance
  readonly streams: OpenStreams
  private readonly receiveWindow = new ReceiveWindow(CONNECTION_WINDOW_SIZE)
  /** Later ones are not served. */
  private lastServedId = INT31_MAX
  private isDraining = false
  private hasFailed = false

  constructor(
    readonly socket: Socket,
    private readonly deps: Http2ConnectionDeps,
  ) {
    this.output = new FrameOutput(socket)
    this.resets = new ResetAllowance(deps.clock)
    this.streams = new OpenStreams(deps.clock)
    this.output.add(greeting(deps.streamCountMax))
    socket.on('data', chunk => this.onChunk(chunk))
    socket.once('close', () => this.onClosed())
    socket.resume()
  }

  /** What the client may send, and what we may send it, in bytes. */
  get windows(): { readonly local: number; readonly remote: number } {
    return { local: this.receiveWindow.leftBytes, remote: this.output.window }
  }

  /** The client is to go elsewhere with its next request; those under way are served. */
  drain(): void {
    if (this.isDraining) return
    this.isDraining = true
    this.output.add(goAwayFrame(INT31_MAX, ErrorCode.NO_ERROR))
    this.output.add(pingFrame(DRAIN_PING, 0))
    if (this.streams.count === 0) this.endDrain()
  }

  /** What it asks for from now on is not served. Closes when all else is. */
  endDrain(): void {
    this.isDraining = true
    if (this.lastServedId !== INT31_MAX) return
    this.lastServedId = this.streams.lastId
    this.output.add(goAwayFrame(this.lastServedId, ErrorCode.NO_ERROR))
    this.closeIfDone()
  }

  onFrame(type: number, flags: number, streamId: number, payload: Buffer): void {
    if (this.hasFailed) return
    try {
      this.take(type, flags, streamId, payload)
    } catch (error) {
      if (!(error instanceof Http2StreamError)) throw error
      this.deps.onFault(error)
      const stream = this.streams.find(error.streamId)
      if (stream === undefined) this.output.add(rstStreamFrame(error.streamId, error.errorCode))
      else stream.reset(error.errorCode)
      this.countReset()
    }
  }

  onStreamClosed(stream: Http2Stream): void {
    this.streams.remove(stream)
    this.closeIfDone()
  }

  private onChunk(chunk: Buffer): void {
    if (this.hasFailed) return
    try {
      this.reader.take(chunk)
    } catch (error) {
      if (!(error instanceof Http2ConnectionError)) throw error
      this.fail(error)
    }
  }

  private onClosed(): void {
    for (const stream of this.streams.all()) stream.close(false)
    this.deps.onClose()
  }

  private fail(error: Http2ConnectionError): void {
    this.hasFailed = true
    this.deps.onFault(error)
    this.output.add(goAwayFrame(this.streams.lastId, error.errorCode, error.message))
    this.output.flush()
    this.socket.destroySoon()
  }

  private take(type: number, flags: number, streamId: number, payload: Buffer): void {
    const { openStreamId } = this.headers
    if (openStreamId !== null && (type !== FrameType.CONTINUATION || streamId !== openStreamId)) {
      throw protocolError('headers are not continued')
    }
    requireFitting(type, flags, streamId, payload)
    switch (type) {
      case FrameType.DATA:
        this.onData(flags, streamId, payload)
        break
      case FrameType.HEADERS:
        this.headers.begin(flags, streamId, payload)
        break
      case FrameType.CONTINUATION:
        this.headers.goOn(flags, payload)
        break
      case FrameType.PRIORITY:
        requireOther(payload, streamId)
        break
      case FrameType.RST_STREAM:
        this.onRstStream(streamId)
        break
      case FrameType.WINDOW_UPDATE:
        this.onWindowUpdate(streamId, payload.readUInt32BE(0) & INT31_MAX)
        break
      case FrameType.SETTINGS:
        if ((flags & FrameFlag.ACK) === 0) this.onSettings(payload)
        break
      case FrameType.PING:
        this.onPing(flags, payload)
        break
    }
  }

  private onData(flags: number, streamId: number, payload: Buffer): void {
    if (!this.receiveWindow.take(payload.length)) {
      throw new Http2ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, 'DATA for which there is no window')
    }
    const increment = this.receiveWindow.reopened()
    if (increment > 0) this.output.add(windowUpdateFrame(0, increment))
    const data = withoutPadding(payload, flags)
    const stream = this.streams.requireBegun(streamId)
    if (stream === null) throw new Http2StreamError(streamId, ErrorCode.STREAM_CLOSED, 'DATA of a stream that is over')
    stream.onData(data, payload.length, (flags & FrameFlag.END_STREAM) !== 0)
  }

  private onHeaders(streamId: number, headers: HeaderList, isLast: boolean): void {
    const stream = this.streams.find(streamId)
    if (stream !== undefined) {
      stream.requireReceiving('HEADERS')
      requireTrailers(streamId, headers, isLast)
      stream.onEnd()
    } else if (streamId > this.streams.lastId) this.onRequest(streamId, headers, isLast)
    else throw new Http2ConnectionError(ErrorCode.STREAM_CLOSED, `HEADERS of stream ${streamId}, which is over`)
  }

  private onRequest(streamId: number, headers: HeaderList, isLast: boolean): void {
    this.streams.lastId = streamId
    if (streamId > this.lastServedId) return // The client knows, and asks somebody else.
    if (this.streams.count >= this.deps.streamCountMax) {
      const text = `more than ${this.deps.streamCountMax} streams at a time`
      throw new Http2StreamError(streamId, ErrorCode.REFUSED_STREAM, text)
    }
    requireRequest(streamId, headers)
    const stream = new Http2Stream(streamId, headers, this.settings.windowSize, this)
    this.streams.add(stream)
    this.deps.onRequest(stream)
    if (isLast) stream.onEnd()
  }

  private onRstStream(streamId: number): void {
    const stream = this.streams.requireBegun(streamId)
    if (stream === null) return
    stream.close(false)
    this.countReset()
  }

  /** A client that has its requests broken off by mistakes does what one does that takes them back. */
  private countReset(): void {
    if (this.resets.take()) return
    throw new Http2ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many streams are begun and broken off')
  }

  private onWindowUpdate(streamId: number, increment: number): void {
    const stream = streamId === 0 ? this.output : this.streams.requireBegun(streamId)
    const fault = increment === 0 ? 'a window grows by nothing' : stream?.widen(increment) === false ? TOO_LARGE : null
    if (fault === null) return
    const code = increment === 0 ? ErrorCode.PROTOCOL_ERROR : ErrorCode.FLOW_CONTROL_ERROR
    throw streamId === 0 ? new Http2ConnectionError(code, fault) : new Http2StreamError(streamId, code, fault)
  }

  private onSettings(payload: Buffer): void {
    const before = this.settings.windowSize
    this.settings.take(payload)
    this.output.payloadSizeMax = this.settings.payloadSize
    this.output.add(settingsAckFrame())
    const increment = this.settings.windowSize - before
    if (increment === 0) return
    for (const stream of this.streams.all()) {
      if (!stream.widen(increment)) throw new Http2ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, TOO_LARGE)
    }
  }

  private onPing(flags: number, payload: Buffer): void {
    if ((flags & FrameFlag.ACK) === 0) this.output.add(pingFrame(payload, FrameFlag.ACK))
    else if (this.isDraining && payload.equals(DRAIN_PING)) this.endDrain()
  }

  private closeIfDone(): void {
    if (this.lastServedId === INT31_MAX || this.streams.count > 0) return
    this.output.flush()
    this.socket.destroySoon()
  }
}
