import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerTable } from '../route-info/broker-table'
import { replying } from './replying'
import { topicListResponse } from './topic-list'

export interface GetSystemTopicListDeps {
  readonly brokers: Pick<BrokerTable, 'all' | 'clusterNames' | 'namesIn'>
}

/** GET_SYSTEM_TOPIC_LIST_FROM_NS: the topics named for clusters and brokers, with the address of any broker. */
export function getSystemTopicListFromNs({ brokers }: GetSystemTopicListDeps): RequestHandler {
  return replying(() => {
    const names = brokers.clusterNames().flatMap(cluster => [cluster, ...brokers.namesIn(cluster)])
    const [anyAddr] = [...brokers.all().values()].flatMap(({ brokerAddrs }) => [...brokerAddrs.values()])
    return topicListResponse([...new Set(names)], anyAddr ?? null)
  })
}
