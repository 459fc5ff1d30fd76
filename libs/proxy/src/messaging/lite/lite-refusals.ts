import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'

/** No broker has the group. Source: proxy/processor/ClientProcessor.java */
export class GroupNotFoundError extends RefusedError {
  readonly code = 'RMQ_GROUP_NOT_FOUND'
  readonly responseCode = ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST

  constructor(group: string) {
    super(`group not found: ${group}`)
  }
}

/** A lite group consumes the lite topics of one topic, that of its attribute `lite.bind.topic`, and others consume none. */
export class LiteParentError extends RefusedError {
  readonly code = 'RMQ_LITE_PARENT'
  readonly responseCode = ResponseCode.INVALID_PARAMETER

  constructor(group: string, { parent, topic }: { readonly parent: string | null; readonly topic: string }) {
    super(
      `lite group ${group} is expected to bind topic ${parent ?? 'null'}, but actual is ${topic}: see lite.bind.topic`,
    )
  }
}

/** No broker has a message of it: none was sent, or none for so long that it was deleted. */
export class LiteTopicNotFoundError extends RefusedError {
  readonly code = 'RMQ_LITE_TOPIC_NOT_FOUND'
  readonly responseCode = ResponseCode.TOPIC_NOT_EXIST

  constructor(parentTopic: string, liteTopic: string) {
    super(`no broker has a message of lite topic ${liteTopic} of ${parentTopic}`)
  }
}

/** Each client of a lite group gets what it has subscribed to: whoever does not say who it is gets nothing. */
export class ClientNotNamedError extends RefusedError {
  readonly code = 'RMQ_CLIENT_NOT_NAMED'
  readonly responseCode = ResponseCode.INVALID_PARAMETER

  constructor(group: string) {
    super(`${group} is a lite group: say as which client messages are received`)
  }
}

/** A client wants more lite topics than its group allows. */
export class LiteSubscriptionQuotaError extends RefusedError {
  readonly code = 'RMQ_LITE_SUBSCRIPTION_QUOTA'
  readonly responseCode = ResponseCode.LITE_SUBSCRIPTION_QUOTA_EXCEEDED

  constructor(quota: number) {
    super(`lite subscription quota exceeded: ${quota}, the group's lite.sub.client.quota`)
  }
}

/** Clients of this proxy add lite topics faster than `maxSyncLiteSubscriptionRate` allows. */
export class TooManyLiteSubscriptionsError extends RefusedError {
  readonly code = 'RMQ_TOO_MANY_LITE_SUBSCRIPTIONS'
  readonly responseCode = ResponseCode.SYSTEM_BUSY

  constructor(group: string) {
    super(
      `too many lite subscriptions at a time, one of group ${group}: try again, or raise maxSyncLiteSubscriptionRate`,
    )
  }
}
