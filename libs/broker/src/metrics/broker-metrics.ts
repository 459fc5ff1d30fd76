import type { Metric, MetricSource } from '@rocketmq-ts/observability'
import type { BrokerRooms } from '../broker-rooms'
import { connectionMetrics } from './connection-metrics'
import { consumerLagMetrics } from './consumer-lag-metrics'
import { popMetrics } from './pop-metrics'
import { storeMetrics } from './store-metrics'
import { tableMetrics } from './table-metrics'
import { timerMetrics } from './timer-metrics'
import { trafficMetrics } from './traffic-metrics'
import { transactionMetrics } from './transaction-metrics'

const sources = [
  tableMetrics,
  trafficMetrics,
  connectionMetrics,
  consumerLagMetrics,
  popMetrics,
  timerMetrics,
  transactionMetrics,
  storeMetrics,
]

/** All that a broker measures, under Java's names; docs/metrics.md is made from it. */
export const brokerMetricList: readonly Metric[] = sources.flatMap(({ metrics }) => metrics)

export function brokerMetrics(rooms: BrokerRooms): readonly MetricSource[] {
  return sources.map(source => ({ metrics: source.metrics, read: observe => source.read(rooms, observe) }))
}
