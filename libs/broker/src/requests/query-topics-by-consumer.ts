import { readQueryTopicsByConsumerHeader, RemotingResponse, topicListJson } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'

export interface QueryTopicsByConsumerDeps {
  readonly offsets: Pick<ConsumerOffsetTable, 'topicsOf'>
  /** `ip:port` as it is advertised. */
  readonly brokerAddress: () => string
}

/** QUERY_TOPICS_BY_CONSUMER: topics that the group has offsets in. Throws MissingFieldError. */
export function queryTopicsByConsumer({ offsets, brokerAddress }: QueryTopicsByConsumerDeps): RequestHandler {
  return request => {
    const { group } = readQueryTopicsByConsumerHeader(request.command)
    const body = topicListJson.encode({ brokerAddr: brokerAddress(), topicList: offsets.topicsOf(group) })
    request.reply(RemotingResponse.success(null, body))
  }
}
