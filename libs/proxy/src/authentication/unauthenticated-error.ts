import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'

/** Nobody knows who calls. It is not said what of it is wrong: that would tell which names there are. */
export class UnauthenticatedError extends RefusedError {
  readonly code = 'RMQ_UNAUTHENTICATED'
  readonly responseCode = ResponseCode.NO_PERMISSION

  constructor(message = 'the credentials are not valid: check the name or access key, and its secret') {
    super(message)
  }
}

/** So many passwords are being checked that one more would have to wait. */
export class TooManyPasswordsError extends RefusedError {
  readonly code = 'RMQ_TOO_MANY_PASSWORDS'
  readonly responseCode = ResponseCode.SYSTEM_BUSY

  constructor() {
    super('too many passwords are being checked: come again soon')
  }
}
