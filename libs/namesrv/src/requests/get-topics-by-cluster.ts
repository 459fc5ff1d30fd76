import { readGetTopicsByClusterHeader } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { NamesrvConfig } from '../namesrv-config'
import type { RouteTables } from '../route-info/route-tables'
import { replying } from './replying'
import { disabledResponse, topicListResponse } from './topic-list'

export interface GetTopicsByClusterDeps {
  readonly tables: Pick<RouteTables, 'topics' | 'brokers'>
  readonly config: Pick<NamesrvConfig, 'enableTopicList'>
}

/** GET_TOPICS_BY_CLUSTER: topics with queues on a broker of the cluster. Throws MissingFieldError. */
export function getTopicsByCluster({ tables: { topics, brokers }, config }: GetTopicsByClusterDeps): RequestHandler {
  return replying(request => {
    if (!config.enableTopicList) return disabledResponse()
    const { cluster } = readGetTopicsByClusterHeader(request.command)
    const found = new Set(brokers.namesIn(cluster).flatMap(brokerName => topics.topicsOf(brokerName)))
    return topicListResponse([...found])
  })
}
