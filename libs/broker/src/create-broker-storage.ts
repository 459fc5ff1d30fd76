import * as path from 'node:path'
import { inOrder } from '@rocketmq-ts/base'
import type { Component } from '@rocketmq-ts/base'
import { ConfigFile } from '@rocketmq-ts/config'
import { createFileMessageStore, storePaths } from '@rocketmq-ts/store'
import type { MessageStore } from '@rocketmq-ts/store'
import { ConsumerOffsetFile } from './consumer-offsets/consumer-offset-file'
import { ConsumerOffsetTable } from './consumer-offsets/consumer-offset-table'
import type { BrokerDeps } from './create-broker'
import type { BrokerServiceConfig } from './load-broker-config'
import { parseDelayLevels } from './schedule/delay-levels'
import type { DelayLevels } from './schedule/delay-levels'
import { ScheduleMessageService } from './schedule/schedule-message-service'
import { BrokerStatistics } from './statistics/broker-statistics'
import { StoreHost } from './store-host'
import { subscriptionGroupFile } from './subscription-groups/subscription-group-file'
import { SubscriptionGroupTable } from './subscription-groups/subscription-group-table'
import type { TableFile } from './table-file'
import { TopicFile } from './topics/topic-file'
import { retentionOfTopic } from './topics/topic-retention'
import { TopicTable } from './topics/topic-table'

/** What a broker keeps on the disk: the store, and the tables with their files. */
export interface BrokerStorage {
  /** The store and the files. `schedule` and `statistics` are started apart from it. */
  readonly component: Component
  readonly store: MessageStore
  readonly storeHost: StoreHost
  readonly topics: TopicTable
  readonly topicFile: TopicFile
  readonly groups: SubscriptionGroupTable
  readonly groupFile: TableFile
  readonly offsets: ConsumerOffsetTable
  readonly delayLevels: DelayLevels
  readonly schedule: ScheduleMessageService
  readonly statistics: BrokerStatistics
}

/** Throws ConfigError. */
export function createBrokerStorage(config: BrokerServiceConfig, deps: BrokerDeps): BrokerStorage {
  const delayLevels = parseDelayLevels(config.messageDelayLevel)
  const storeHost = new StoreHost(config.brokerIP1)
  const fileOf = (name: string): ConfigFile => new ConfigFile(path.join(storePaths(config).root, 'config', name), deps)
  const topics = new TopicTable(config, deps)
  const topicFile = new TopicFile({ ...deps, topics, file: fileOf('topics.json') })
  const store = createFileMessageStore(config, {
    ...deps,
    storeHost: storeHost.bytes,
    delayMsOfLevel: level => delayLevels.delayMs(level),
    retentionOf: topic => retentionOfTopic(topic, topics),
    isBatchTopic: topic => topics.find(topic)?.attributes.get('queue.type') === 'BatchCQ',
    beforeOpen: () => topicFile.start(),
  })
  const groups = new SubscriptionGroupTable(config, deps)
  const offsets = new ConsumerOffsetTable(config, deps)
  const statistics = new BrokerStatistics(config.brokerClusterName, deps)
  const schedule = new ScheduleMessageService(config, {
    ...deps,
    ...{ store, delayLevels, statistics },
    file: fileOf('delayOffset.json'),
  })
  const groupFile = subscriptionGroupFile({ ...deps, groups, file: fileOf('subscriptionGroup.json') })
  const component = inOrder([
    store, // first: it holds the lock of the folder; and it starts `topicFile`, to know which topics are of batches
    { start: () => Promise.resolve(), stop: () => topicFile.stop() },
    groupFile,
    new ConsumerOffsetFile(config, { ...deps, offsets, file: fileOf('consumerOffset.json') }),
  ])
  return {
    component,
    delayLevels,
    groupFile,
    groups,
    offsets,
    schedule,
    statistics,
    store,
    storeHost,
    topicFile,
    topics,
  }
}
