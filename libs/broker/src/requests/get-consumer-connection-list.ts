import { RefusedError } from '@rocketmq-ts/base'
import { consumerConnectionOf, type ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import {
  consumerConnectionJson,
  readGetConsumerConnectionListHeader,
  RemotingResponse,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'

export interface GetConsumerConnectionListDeps {
  readonly consumers: Pick<ConsumerTable, 'find'>
}

/** No consumer of the group is connected. Tools test for this very response code. */
export class ConsumerNotOnlineError extends RefusedError {
  readonly code = 'RMQ_CONSUMER_NOT_ONLINE'
  readonly responseCode = ResponseCode.CONSUMER_NOT_ONLINE

  constructor(group: string) {
    super(`the consumer group[${group}] not online`)
  }
}

/** GET_CONSUMER_CONNECTION_LIST. Throws MissingFieldError, ConsumerNotOnlineError. */
export function getConsumerConnectionList({ consumers }: GetConsumerConnectionListDeps): RequestHandler {
  return request => {
    const { consumerGroup } = readGetConsumerConnectionListHeader(request.command)
    const group = consumers.find(consumerGroup)
    if (group === null) throw new ConsumerNotOnlineError(consumerGroup)
    request.reply(RemotingResponse.success(null, consumerConnectionJson.encode(consumerConnectionOf(group))))
  }
}
