import { bean, list, table, text, type ValueOf } from './json-codec'
import { brokerDataJson } from './topic-route-data'

/** GET_BROKER_CLUSTER_INFO. Source: remoting/protocol/body/ClusterInfo.java. */
export const clusterInfoJson = bean({
  brokerAddrTable: table(brokerDataJson),
  /** Broker names by cluster name. */
  clusterAddrTable: table(list(text)),
})
export type ClusterInfo = ValueOf<typeof clusterInfoJson>
