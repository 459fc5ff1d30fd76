import type { MetricSource, Observe } from '@rocketmq-ts/observability'
import type { BrokerRooms } from '../broker-rooms'

/** Metrics of a broker, read from its rooms. */
export interface BrokerMetricSource extends Pick<MetricSource, 'metrics'> {
  /** Takes the part of the rooms that it names. */
  read(rooms: BrokerRooms, observe: Observe): void | Promise<void>
}
