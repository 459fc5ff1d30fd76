import { bean, double, long, nullable, type ValueOf } from './json-codec'

/** Source: remoting/protocol/body/BrokerStatsItem.java. */
export const brokerStatsItemJson = bean({ avgpt: double, sum: long, tps: double })
export type BrokerStatsItem = ValueOf<typeof brokerStatsItemJson>

/** VIEW_BROKER_STATS_DATA. Source: remoting/protocol/body/BrokerStatsData.java. */
export const brokerStatsDataJson = bean({
  statsDay: nullable(brokerStatsItemJson),
  statsHour: nullable(brokerStatsItemJson),
  statsMinute: nullable(brokerStatsItemJson),
})
export type BrokerStatsData = ValueOf<typeof brokerStatsDataJson>
