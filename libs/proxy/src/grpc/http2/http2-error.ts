import { PeerError } from '@rocketmq-ts/base'

/** Why a stream or a connection ends. Source: RFC 9113, 7 */
export const ErrorCode = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  ENHANCE_YOUR_CALM: 0xb,
} as const
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode]

/** What a client does is not HTTP/2: its connection ends. */
export class Http2ConnectionError extends PeerError {
  override readonly code = 'RMQ_BAD_HTTP2'

  constructor(
    readonly errorCode: ErrorCode,
    text: string,
  ) {
    super(text)
  }
}

/** The same, and costs the stream it is on. */
export class Http2StreamError extends PeerError {
  override readonly code = 'RMQ_BAD_HTTP2'

  constructor(
    readonly streamId: number,
    readonly errorCode: ErrorCode,
    text: string,
  ) {
    super(text)
  }
}
