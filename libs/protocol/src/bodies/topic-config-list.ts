import { bean, list, type ValueOf } from './json-codec'
import { topicConfigJson } from './topic-config'

/** UPDATE_AND_CREATE_TOPIC_LIST. Source: remoting/protocol/body/CreateTopicListRequestBody.java. */
export const topicConfigListJson = bean({ topicConfigList: list(topicConfigJson) })
export type TopicConfigList = ValueOf<typeof topicConfigListJson>
