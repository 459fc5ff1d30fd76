import { PeerError, RocketmqError } from '@rocketmq-ts/base'

/** Bytes that are no frame, or a frame over the limit. */
export class BadFrameError extends PeerError {
  override readonly code = 'RMQ_BAD_FRAME'
}

/** The PROXY header or the TLS handshake before the frames failed. */
export class BadHandshakeError extends PeerError {
  override readonly code = 'RMQ_BAD_HANDSHAKE'
}

/** The peer does not read: its answers pile up here. */
export class SlowPeerError extends PeerError {
  override readonly code = 'RMQ_SLOW_PEER'
}

/** All connections together hold too much, and this one the most. */
export class HeaviestPeerError extends PeerError {
  override readonly code = 'RMQ_HEAVIEST_PEER'
}

/** No answer came in time. What became of the request is unknown. */
export class RemotingTimeoutError extends RocketmqError {
  readonly code = 'RMQ_REMOTING_TIMEOUT'

  constructor(remoteAddress: string, timeoutMs: number) {
    super(`no answer from ${remoteAddress} within ${timeoutMs} ms`)
  }
}

/** The connection ended before the answer came. What became of the request is unknown. */
export class ConnectionLostError extends RocketmqError {
  readonly code = 'RMQ_CONNECTION_LOST'

  constructor(remoteAddress: string, options?: ErrorOptions) {
    super(`connection to ${remoteAddress} lost`, options)
  }
}

/** No connection could be made: the request was not sent. */
export class ConnectFailedError extends RocketmqError {
  readonly code = 'RMQ_CONNECT_FAILED'

  constructor(remoteAddress: string, reason: string, options?: ErrorOptions) {
    super(`connect to ${remoteAddress} failed: ${reason}`, options)
  }
}

/** Too many of our requests wait for this peer, or it does not read them: the request was not sent. */
export class TooManyRequestsError extends RocketmqError {
  readonly code = 'RMQ_TOO_MANY_REQUESTS'

  constructor(remoteAddress: string, reason: string) {
    super(`request to ${remoteAddress} not sent: ${reason}`)
  }
}

/** The server cannot listen. The message names the address and the cure. */
export class ListenFailedError extends RocketmqError {
  readonly code = 'RMQ_LISTEN_FAILED'
}

/** An answer over the frame limit: the client would close its connection on it. */
export class AnswerTooLargeError extends RocketmqError {
  readonly code = 'RMQ_ANSWER_TOO_LARGE'

  constructor(bodyBytes: number) {
    super(`the answer's body of ${bodyBytes} bytes is over the limit of a frame: ask for less at a time`)
  }
}
