import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'

/** What forbids a pull, a field of the answer. Source: remoting/protocol/ForbiddenType.java */
export const ForbiddenType = { BROKER: 1, GROUP: 2, TOPIC: 3, BROADCASTING: 4, SUBSCRIPTION: 5 } as const
export type ForbiddenType = (typeof ForbiddenType)[keyof typeof ForbiddenType]

export class PullForbiddenError extends RefusedError {
  readonly code = 'RMQ_PULL_FORBIDDEN'
  readonly responseCode = ResponseCode.NO_PERMISSION

  constructor(
    message: string,
    readonly forbiddenType: ForbiddenType,
  ) {
    super(message)
  }
}

/** The group has not said, by a heartbeat, that it consumes the topic. */
export class SubscriptionNotExistError extends RefusedError {
  readonly code = 'RMQ_SUBSCRIPTION_NOT_EXIST'
  readonly responseCode = ResponseCode.SUBSCRIPTION_NOT_EXIST
}

/** The consumer has changed its subscription, and its heartbeat with that has not come yet. */
export class SubscriptionNotLatestError extends RefusedError {
  readonly code = 'RMQ_SUBSCRIPTION_NOT_LATEST'
  readonly responseCode = ResponseCode.SUBSCRIPTION_NOT_LATEST

  constructor() {
    super("the consumer's subscription not latest")
  }
}

/** No heartbeat has brought an expression that can be compiled. */
export class FilterDataNotExistError extends RefusedError {
  readonly code = 'RMQ_FILTER_DATA_NOT_EXIST'
  readonly responseCode = ResponseCode.FILTER_DATA_NOT_EXIST

  constructor() {
    super("The broker's consumer filter data is not exist!Your expression may be wrong!")
  }
}

/** The consumer has changed its expression, and its heartbeat with that has not come yet. */
export class FilterDataNotLatestError extends RefusedError {
  readonly code = 'RMQ_FILTER_DATA_NOT_LATEST'
  readonly responseCode = ResponseCode.FILTER_DATA_NOT_LATEST

  constructor() {
    super("the consumer's consumer filter data not latest")
  }
}

export class FilterNotSupportedError extends RefusedError {
  readonly code = 'RMQ_FILTER_NOT_SUPPORTED'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(expressionType: string) {
    super(`The broker does not support consumer to filter message by ${expressionType}`)
  }
}
