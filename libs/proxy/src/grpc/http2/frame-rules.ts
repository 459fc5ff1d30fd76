import { FrameFlag, FrameType } from './frames'
import { ErrorCode, Http2ConnectionError, Http2StreamError } from './http2-error'

/** Of types whose payloads have one size. */
const sizes: Readonly<Record<number, number>> = {
  [FrameType.RST_STREAM]: 4,
  [FrameType.WINDOW_UPDATE]: 4,
  [FrameType.PING]: 8,
}
const PRIORITY_SIZE = 5
const SETTING_SIZE = 6

const ofStreams: ReadonlySet<number> = new Set([
  FrameType.DATA,
  FrameType.HEADERS,
  FrameType.PRIORITY,
  FrameType.RST_STREAM,
  FrameType.CONTINUATION,
])
const ofConnections: ReadonlySet<number> = new Set([FrameType.SETTINGS, FrameType.PING, FrameType.GOAWAY])

/** Whom a frame may concern, and how long it is. Throws Http2ConnectionError, Http2StreamError. Source: RFC 9113, 6 */
export function requireFitting(type: number, flags: number, streamId: number, { length }: Buffer): void {
  if (streamId === 0 && ofStreams.has(type)) throw protocolError('a frame of a stream names none')
  if (streamId !== 0 && ofConnections.has(type)) throw protocolError('a frame of the connection names a stream')
  if (length !== (sizes[type] ?? length)) throw wrongSize(type, length)
  if (type === FrameType.SETTINGS && (length % SETTING_SIZE > 0 || (length > 0 && (flags & FrameFlag.ACK) !== 0))) {
    throw wrongSize(type, length)
  }
  if (type === FrameType.PRIORITY && length !== PRIORITY_SIZE) {
    throw new Http2StreamError(streamId, ErrorCode.FRAME_SIZE_ERROR, `PRIORITY of ${length} bytes`)
  }
  if (type === FrameType.PUSH_PROMISE) throw protocolError('a client pushes nothing')
}

function wrongSize(type: number, length: number): Http2ConnectionError {
  return new Http2ConnectionError(ErrorCode.FRAME_SIZE_ERROR, `a frame of type ${type} with ${length} bytes`)
}

export function protocolError(text: string): Http2ConnectionError {
  return new Http2ConnectionError(ErrorCode.PROTOCOL_ERROR, text)
}
