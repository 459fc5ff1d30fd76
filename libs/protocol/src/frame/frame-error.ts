import { PeerError } from '@rocketmq-ts/base'

/** Bytes that are no frame: Java closes the connection without an answer, and so do we. */
export class UndecodableFrameError extends PeerError {
  override readonly code = 'RMQ_UNDECODABLE_FRAME'
}
