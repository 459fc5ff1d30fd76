import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { NamesrvConfig } from '../namesrv-config'
import type { TopicQueueTable } from '../route-info/topic-queue-table'
import { replying } from './replying'
import { disabledResponse, topicListResponse } from './topic-list'

/** Bits of `topicSysFlag`. Source: common/sysflag/TopicSysFlag.java */
const UNIT = 1
const UNIT_SUBSCRIPTION = 2

export interface GetUnitTopicListDeps {
  readonly topics: Pick<TopicQueueTable, 'topics' | 'find'>
  readonly config: Pick<NamesrvConfig, 'enableTopicList'>
}

/** GET_UNIT_TOPIC_LIST: topics of units. */
export function getUnitTopicList(deps: GetUnitTopicListDeps): RequestHandler {
  return listing(deps, flags => (flags & UNIT) !== 0)
}

/** GET_HAS_UNIT_SUB_TOPIC_LIST: topics that a unit subscribes to. */
export function getHasUnitSubTopicList(deps: GetUnitTopicListDeps): RequestHandler {
  return listing(deps, flags => (flags & UNIT_SUBSCRIPTION) !== 0)
}

/** GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST: topics that a unit subscribes to and that are of no unit. */
export function getHasUnitSubUnunitTopicList(deps: GetUnitTopicListDeps): RequestHandler {
  return listing(deps, flags => (flags & (UNIT | UNIT_SUBSCRIPTION)) === UNIT_SUBSCRIPTION)
}

/** What the first broker of a topic says counts for the topic. */
function listing(
  { topics, config }: GetUnitTopicListDeps,
  isListed: (topicSysFlag: number) => boolean,
): RequestHandler {
  const flagsOf = (topic: string): number => [...(topics.find(topic)?.queueDatas.values() ?? [])][0]?.topicSysFlag ?? 0
  return replying(() => {
    if (!config.enableTopicList) return disabledResponse()
    return topicListResponse(topics.topics().filter(topic => isListed(flagsOf(topic))))
  })
}
