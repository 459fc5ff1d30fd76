import { RemotingResponse, topicListJson } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { TopicTable } from '../topics/topic-table'

export interface GetSystemTopicListFromBrokerDeps {
  readonly topics: Pick<TopicTable, 'systemTopics'>
}

/** GET_SYSTEM_TOPIC_LIST_FROM_BROKER. */
export function getSystemTopicListFromBroker({ topics }: GetSystemTopicListFromBrokerDeps): RequestHandler {
  return request => {
    const body = topicListJson.encode({ brokerAddr: null, topicList: [...topics.systemTopics()] })
    request.reply(RemotingResponse.success(null, body))
  }
}
