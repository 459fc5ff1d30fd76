import { RefusedError } from '@rocketmq-ts/base'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { ResponseCode, responseCodeName } from '@rocketmq-ts/protocol'

/** A broker said no: its code and its words. */
export class BrokerRefusedError extends RefusedError {
  readonly code = 'RMQ_BROKER_REFUSED'

  constructor(
    readonly responseCode: number,
    remark: string | null,
  ) {
    super(remark ?? responseCodeName(responseCode) ?? `code ${responseCode}`)
  }
}

/** There is no broker of that name, or none that is a master. */
export class BrokerNotFoundError extends RefusedError {
  readonly code = 'RMQ_BROKER_NOT_FOUND'
  readonly responseCode = ResponseCode.BROKER_NOT_EXIST

  constructor(brokerName: string) {
    super(`cannot find broker ${brokerName}`)
  }
}

/** None is known yet: they come from an address server. */
export class NoNameServerError extends RefusedError {
  readonly code = 'RMQ_NO_NAME_SERVER'
  readonly responseCode = ResponseCode.SYSTEM_BUSY

  constructor() {
    super('no NameServer is known yet: the address server of namesrvDomain has not told any, see the log')
  }
}

/** A request that only one broker can answer, and that does not say which. Source: proxy/remoting/activity/AbstractRemotingActivity.java */
export class BrokerNotNamedError extends RefusedError {
  readonly code = 'RMQ_BROKER_NOT_NAMED'
  readonly responseCode = ResponseCode.VERSION_NOT_SUPPORTED

  constructor() {
    super("Request doesn't have field bname: clients before 4.9 cannot go through a proxy")
  }
}

/** No broker has the topic. */
export class TopicNotFoundError extends RefusedError {
  readonly code = 'RMQ_TOPIC_NOT_FOUND'
  readonly responseCode = ResponseCode.TOPIC_NOT_EXIST

  constructor(topic: string) {
    super(`No topic route info in name server for the topic: ${topic}: create it first`)
  }
}

/** The topic has queues, and none that may be used so. */
export class NoQueueError extends RefusedError {
  readonly code = 'RMQ_NO_QUEUE'
  readonly responseCode = ResponseCode.NO_PERMISSION

  constructor(topic: string, what: 'readable' | 'writable') {
    super(`no ${what} queue of topic ${topic}: see its permission and that of its brokers`)
  }
}

/** The topic has no such queue, or none that may be read. */
export class QueueNotFoundError extends RefusedError {
  readonly code = 'RMQ_QUEUE_NOT_FOUND'
  readonly responseCode = ResponseCode.INVALID_PARAMETER

  constructor({ topic, brokerName, queueId }: { topic: string; brokerName: string; queueId: number }) {
    super(`topic ${topic} has no readable queue ${queueId} on broker ${brokerName}: see its route`)
  }
}

/** A receipt that no proxy gave out, that lacks what is needed, or that has run out. */
export class InvalidReceiptHandleError extends RefusedError {
  readonly code = 'RMQ_INVALID_RECEIPT_HANDLE'
  readonly responseCode = ResponseCode.INVALID_PARAMETER
}

/** A transaction id that no proxy gave out. */
export class InvalidTransactionIdError extends RefusedError {
  readonly code = 'RMQ_INVALID_TRANSACTION_ID'
  readonly responseCode = ResponseCode.INVALID_PARAMETER

  constructor() {
    super('the transaction id is not one that the send of its message was answered with')
  }
}

/** A recall handle that no send was answered with, or that of another topic. */
export class InvalidRecallHandleError extends RefusedError {
  readonly code = 'RMQ_INVALID_RECALL_HANDLE'
  readonly responseCode = ResponseCode.INVALID_PARAMETER

  constructor() {
    super('the recall handle is not one that the send of a timed message to this topic was answered with')
  }
}

/** What the message is does not fit what its topic is for. */
export class MessageTypeConflictError extends RefusedError {
  readonly code = 'RMQ_MESSAGE_TYPE_CONFLICT'
  readonly responseCode = ResponseCode.MESSAGE_ILLEGAL

  constructor(expected: string, actual: string) {
    super(`TopicMessageType validate failed, the expected type is ${expected}, but actual type is ${actual}`)
  }
}

/** Throws BrokerRefusedError unless the code is SUCCESS. */
export function requireSuccess(response: IncomingCommand): IncomingCommand {
  if (response.code !== ResponseCode.SUCCESS) throw new BrokerRefusedError(response.code, response.remark)
  return response
}
