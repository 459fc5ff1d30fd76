import { bean, flagOr, intOr, list, nullable, numberTable, table, text, type ValueOf } from './json-codec'
import { topicQueueMappingInfoJson } from './topic-queue-mapping'

/** The addresses of the brokers of one name, by broker id; 0 is the master. Source: remoting/protocol/route/BrokerData.java. */
export const brokerDataJson = bean({
  brokerAddrs: numberTable(text),
  brokerName: text,
  cluster: nullable(text),
  enableActingMaster: flagOr(false),
  zoneName: nullable(text),
})
export type BrokerData = ValueOf<typeof brokerDataJson>

/** A topic's queues on the brokers of one name. Source: remoting/protocol/route/QueueData.java. */
export const queueDataJson = bean({
  brokerName: text,
  perm: intOr(0),
  readQueueNums: intOr(0),
  topicSysFlag: intOr(0),
  writeQueueNums: intOr(0),
})
export type QueueData = ValueOf<typeof queueDataJson>

/**
 * GET_ROUTEINFO_BY_TOPIC. Written in the standard style for clients from 4.9.4 on, otherwise with bare numbers as names.
 * Source: remoting/protocol/route/TopicRouteData.java.
 */
export const topicRouteDataJson = bean({
  brokerDatas: list(brokerDataJson),
  filterServerTable: table(list(text)),
  orderTopicConf: nullable(text),
  queueDatas: list(queueDataJson),
  topicQueueMappingByBroker: nullable(table(topicQueueMappingInfoJson)),
})
export type TopicRouteData = ValueOf<typeof topicRouteDataJson>
