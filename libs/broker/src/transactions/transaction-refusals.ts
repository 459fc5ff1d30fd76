import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'

/** What END_TRANSACTION names is not the half message that its sender may end. */
export class WrongTransactionError extends RefusedError {
  readonly code = 'RMQ_WRONG_TRANSACTION'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}

/** It comes too late: the outcome is settled, and is another one or no longer known. */
export class TransactionOverError extends RefusedError {
  readonly code = 'RMQ_TRANSACTION_OVER'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}

/** It comes after the time in which the producer wished not to be asked; now it is asked. */
export class ImmunityOverError extends RefusedError {
  readonly code = 'RMQ_IMMUNITY_OVER'
  readonly responseCode = ResponseCode.ILLEGAL_OPERATION

  constructor() {
    super('the time of CHECK_IMMUNITY_TIME_IN_SECONDS is over: wait for the check and answer that')
  }
}

/** The broker cannot say now which transactions have ended. */
export class TransactionsBusyError extends RefusedError {
  readonly code = 'RMQ_TRANSACTIONS_BUSY'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}
