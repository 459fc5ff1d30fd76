import { consumerConnectionOf, type ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { consumerConnectionJson, readGetConsumerConnectionListHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { ConsumerNotOnlineError } from '../consumer-calls/consumer-refusals'

export interface GetConsumerConnectionListDeps {
  readonly consumers: Pick<ConsumerTable, 'find'>
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
