import { BrokerLiveTable } from '../broker-liveness/broker-live-table'
import { BrokerTable } from './broker-table'
import { TopicQueueTable } from './topic-queue-table'

/** All that brokers have told. It is in memory alone: after a restart they tell it again within 30 s. */
export interface RouteTables {
  readonly topics: TopicQueueTable
  readonly brokers: BrokerTable
  readonly live: BrokerLiveTable
}

/** Hears what an answer about routes may have changed by. */
export interface RouteChangeListener {
  onTopicChange(topic: string): void
  onBrokerChange(): void
}

export function createRouteTables(listener: RouteChangeListener): RouteTables {
  return {
    topics: new TopicQueueTable(topic => listener.onTopicChange(topic)),
    brokers: new BrokerTable(() => listener.onBrokerChange()),
    live: new BrokerLiveTable(() => listener.onBrokerChange()),
  }
}
