import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { NamesrvConfig } from '../namesrv-config'
import type { TopicQueueTable } from '../route-info/topic-queue-table'
import { replying } from './replying'
import { disabledResponse, topicListResponse } from './topic-list'

export interface GetAllTopicListDeps {
  readonly topics: Pick<TopicQueueTable, 'topics'>
  readonly config: Pick<NamesrvConfig, 'enableAllTopicList'>
}

/** GET_ALL_TOPIC_LIST_FROM_NAMESERVER: every topic, those of the system and of groups included. */
export function getAllTopicListFromNameserver({ topics, config }: GetAllTopicListDeps): RequestHandler {
  return replying(() => (config.enableAllTopicList ? topicListResponse(topics.topics()) : disabledResponse()))
}
