import { clusterInfoJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerTable } from '../route-info/broker-table'
import { replying } from './replying'

export interface GetBrokerClusterInfoDeps {
  readonly brokers: Pick<BrokerTable, 'all' | 'clusterNames' | 'namesIn'>
}

/** GET_BROKER_CLUSTER_INFO: all brokers and clusters. */
export function getBrokerClusterInfo({ brokers }: GetBrokerClusterInfoDeps): RequestHandler {
  return replying(() => {
    const clusterAddrTable = new Map(brokers.clusterNames().map(name => [name, brokers.namesIn(name)]))
    const body = clusterInfoJson.encode({ brokerAddrTable: brokers.all(), clusterAddrTable })
    return RemotingResponse.success(null, body)
  })
}
