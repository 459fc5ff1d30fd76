import {
  readGetTopicConfigHeader,
  RemotingResponse,
  ResponseCode,
  topicConfigAndQueueMappingJson,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { TopicTable } from '../topics/topic-table'

export interface GetTopicConfigDeps {
  readonly topics: Pick<TopicTable, 'find'>
}

/** GET_TOPIC_CONFIG: one topic. Static topics are not served, so there is never a mapping. */
export function getTopicConfig({ topics }: GetTopicConfigDeps): RequestHandler {
  return request => {
    const { topic } = readGetTopicConfigHeader(request.command)
    const config = topics.find(topic)
    if (config === null) {
      const remark = `No topic in this broker. topic: ${topic}`
      request.reply(RemotingResponse.refusal(ResponseCode.TOPIC_NOT_EXIST, remark))
    } else {
      const body = topicConfigAndQueueMappingJson.encode({ ...config, mappingDetail: null })
      request.reply(RemotingResponse.success(null, body))
    }
  }
}
