import { RefusedError } from '@rocketmq-ts/base'
import type { ClientChannelInfo } from '@rocketmq-ts/client-housekeeping'
import { ResponseCode } from '@rocketmq-ts/protocol'

interface CalledConsumer {
  readonly consumerGroup: string
  readonly clientId: string
}

/** No consumer of the group is connected. Tools test for this very response code. */
export class ConsumerNotOnlineError extends RefusedError {
  readonly code = 'RMQ_CONSUMER_NOT_ONLINE'
  readonly responseCode = ResponseCode.CONSUMER_NOT_ONLINE

  constructor(group: string) {
    super(`the consumer group[${group}] not online`)
  }
}

/** The group has no member here that could be asked. */
export class NoConsumerOnlineError extends RefusedError {
  readonly code = 'RMQ_NO_CONSUMER_ONLINE'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(group: string) {
    super(`No Any Consumer online in the consumer group: [${group}]`)
  }
}

/** The consumer that is asked for is not connected here, or its connection ended before it answered. */
export class ClientNotOnlineError extends RefusedError {
  readonly code = 'RMQ_CLIENT_NOT_ONLINE'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor({ consumerGroup, clientId }: CalledConsumer) {
    super(`The Consumer <${consumerGroup}> <${clientId}> not online`)
  }
}

/** The consumer is connected and says nothing. */
export class ClientSilentError extends RefusedError {
  readonly code = 'RMQ_CLIENT_SILENT'
  readonly responseCode = ResponseCode.CONSUME_MSG_TIMEOUT

  constructor({ consumerGroup, clientId }: CalledConsumer) {
    super(`consumer <${consumerGroup}> <${clientId}> did not answer in time`)
  }
}

/** The group has no offset for a queue that consumers are to be told to go on in. */
export class NoOffsetYetError extends RefusedError {
  readonly code = 'RMQ_NO_OFFSET_YET'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(group: string) {
    super(`THe consumer group <${group}> not exist`)
  }
}

/** A member of the group is too old a client for what is asked of it. */
export class ClientTooOldError extends RefusedError {
  readonly code = 'RMQ_CLIENT_TOO_OLD'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor({ clientId, version }: ClientChannelInfo) {
    super(`the client does not support this feature. clientId=${clientId} version=${version}`)
  }
}

/** Throws ClientTooOldError. `version` is an MQVersion ordinal. */
export function requireVersion(members: readonly ClientChannelInfo[], version: number): void {
  const old = members.find(member => member.version < version)
  if (old !== undefined) throw new ClientTooOldError(old)
}
