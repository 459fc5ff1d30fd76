import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'

/** Where Java sends those who are refused. Source: common/help/FAQUrl.java */
export const FAQ_HINT = '\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.'

export class TopicNotExistError extends RefusedError {
  readonly code = 'RMQ_TOPIC_NOT_EXIST'
  readonly responseCode = ResponseCode.TOPIC_NOT_EXIST
}

/** The group is missing and may not be made. */
export class SubscriptionGroupNotExistError extends RefusedError {
  readonly code = 'RMQ_SUBSCRIPTION_GROUP_NOT_EXIST'
  readonly responseCode = ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST
}

/** The configuration of the broker or the topic forbids it. */
export class NoPermissionError extends RefusedError {
  readonly code = 'RMQ_NO_PERMISSION'
  readonly responseCode = ResponseCode.NO_PERMISSION
}

/** The topic has no queue of this number. */
export class IllegalQueueError extends RefusedError {
  readonly code = 'RMQ_ILLEGAL_QUEUE'
  readonly responseCode = ResponseCode.INVALID_PARAMETER
}

/** The message itself is wrong: sending it again will not help. */
export class MessageIllegalError extends RefusedError {
  readonly code = 'RMQ_MESSAGE_ILLEGAL'
  readonly responseCode = ResponseCode.MESSAGE_ILLEGAL
}

/** A message that asks for something which this broker does not do yet. Refused rather than stored as another one. */
export class NotServedYetError extends RefusedError {
  readonly code = 'RMQ_NOT_SERVED_YET'
  readonly responseCode = ResponseCode.MESSAGE_ILLEGAL

  constructor(what: string) {
    super(`${what} not served by this broker yet.`)
  }
}

/** A send without a body. */
export class EmptyBodyError extends RefusedError {
  readonly code = 'RMQ_EMPTY_BODY'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor() {
    super('the message has no body')
  }
}

/** The broker is told to take messages from a later time on. */
export class NotAcceptingYetError extends RefusedError {
  readonly code = 'RMQ_NOT_ACCEPTING_YET'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(fromMs: number) {
    super(`broker unable to service, until ${localTimeText(fromMs)}`)
  }
}

/** The store has no record that begins there. */
export class MessageNotFoundError extends RefusedError {
  readonly code = 'RMQ_MESSAGE_NOT_FOUND'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}

/** A message that the broker had to write for a client was not stored. */
export class NotStoredError extends RefusedError {
  readonly code = 'RMQ_NOT_STORED'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}

/** `2023-11-14 22:13:20,123`, in local time. */
function localTimeText(ms: number): string {
  const time = new Date(ms)
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  const clock = [two(time.getHours()), two(time.getMinutes()), two(time.getSeconds())].join(':')
  return `${date} ${clock},${String(time.getMilliseconds()).padStart(3, '0')}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
