import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'

/** A subscription to lite topics that cannot be. */
export class IllegalLiteSubscriptionError extends RefusedError {
  readonly code = 'RMQ_ILLEGAL_LITE_SUBSCRIPTION'
  readonly responseCode = ResponseCode.ILLEGAL_OPERATION
}

/** The broker has as many subscriptions to lite topics as it may have. */
export class LiteSubscriptionsFullError extends RefusedError {
  readonly code = 'RMQ_LITE_SUBSCRIPTIONS_FULL'
  readonly responseCode = ResponseCode.LITE_SUBSCRIPTION_QUOTA_EXCEEDED

  constructor(countMax: number) {
    super(`lite subscription quota exceeded ${countMax}`)
  }
}

/** A topic or a group that has nothing to do with lite topics, or not with each other. */
export class NotOfLiteTopicsError extends RefusedError {
  readonly code = 'RMQ_NOT_OF_LITE_TOPICS'
  readonly responseCode = ResponseCode.INVALID_PARAMETER
}
