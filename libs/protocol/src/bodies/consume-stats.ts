import { bean, double, list, long, nullable, objectTable, table, text, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

/** How far one group is in one queue. Source: remoting/protocol/admin/OffsetWrapper.java. */
export const offsetWrapperJson = bean({
  brokerOffset: long,
  consumerOffset: long,
  lastTimestamp: long,
  pullOffset: long,
})
export type OffsetWrapper = ValueOf<typeof offsetWrapperJson>

/** GET_CONSUME_STATS. Source: remoting/protocol/admin/ConsumeStats.java. */
export const consumeStatsJson = bean({
  consumeTps: double,
  offsetTable: objectTable(messageQueueJson, offsetWrapperJson),
})
export type ConsumeStats = ValueOf<typeof consumeStatsJson>

/** GET_BROKER_CONSUME_STATS. Source: remoting/protocol/body/ConsumeStatsList.java. */
export const consumeStatsListJson = bean({
  brokerAddr: nullable(text),
  /** Each with one group as its only key. */
  consumeStatsList: list(table(list(consumeStatsJson))),
  totalDiff: long,
  totalInflightDiff: long,
})
export type ConsumeStatsList = ValueOf<typeof consumeStatsListJson>
