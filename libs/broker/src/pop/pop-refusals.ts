import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'

/** A pop that waited somewhere for longer than its client waits for an answer. */
export class PopTooLateError extends RefusedError {
  readonly code = 'RMQ_POP_TOO_LATE'
  readonly responseCode = ResponseCode.POLLING_TIMEOUT
}

/** A field of a pop, an ack or the like that cannot be. */
export class IllegalPopError extends RefusedError {
  readonly code = 'RMQ_ILLEGAL_POP'
  readonly responseCode = ResponseCode.INVALID_PARAMETER
}

/** An ack or the like for an offset that its queue does not have. */
export class PoppedMessageNotFoundError extends RefusedError {
  readonly code = 'RMQ_POPPED_MESSAGE_NOT_FOUND'
  readonly responseCode = ResponseCode.NO_MESSAGE
}
