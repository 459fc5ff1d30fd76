import * as path from 'node:path'
import { inOrder } from '@rocketmq-ts/base'
import type { Component } from '@rocketmq-ts/base'
import { ConfigFile } from '@rocketmq-ts/config'
import { selectorCacheLimits } from '@rocketmq-ts/filter'
import { createFileMessageStore, createTableKeeper, storePaths } from '@rocketmq-ts/store'
import type { KeptTable, MessageStore, TableKeeper } from '@rocketmq-ts/store'
import { messageRequestModeFile, MessageRequestModeTable } from './assignments/message-request-mode-table'
import { ConsumerOrderFile } from './consumer-order/consumer-order-file'
import { ConsumerOrderTable } from './consumer-order/consumer-order-table'
import { ConsumerOffsetFile } from './consumer-offsets/consumer-offset-file'
import { ConsumerOffsetTable } from './consumer-offsets/consumer-offset-table'
import { offsetKeeper } from './consumer-offsets/offset-keeper'
import type { BrokerDeps } from './create-broker'
import { DeadLetterRedrives } from './dead-letters/dead-letter-redrives'
import { ConsumerFilterFile } from './filter/consumer-filter-file'
import { ConsumerFilterTable, consumerFilterTableLimits } from './filter/consumer-filter-table'
import { FilterBitMaps } from './filter/filter-bit-maps'
import { SqlFilters } from './filter/sql-filter'
import type { BrokerServiceConfig } from './load-broker-config'
import { parseDelayLevels } from './schedule/delay-levels'
import type { DelayLevels } from './schedule/delay-levels'
import { ScheduleMessageService } from './schedule/schedule-message-service'
import { BrokerStatistics } from './statistics/broker-statistics'
import { StoreHost } from './store-host'
import { keptGroups } from './subscription-groups/kept-groups'
import { subscriptionGroupFile } from './subscription-groups/subscription-group-file'
import { SubscriptionGroupTable } from './subscription-groups/subscription-group-table'
import type { TableFile } from './table-file'
import { keptTopics } from './topics/kept-topics'
import { TimerMessageService } from './timer/timer-message-service'
import { TopicFile } from './topics/topic-file'
import { retentionOfTopic } from './topics/topic-retention'
import { TopicTable } from './topics/topic-table'
import { TransactionMetrics } from './transactions/transaction-metrics'

/** What a broker keeps on the disk: the store, and the tables with their files. */
export interface BrokerStorage {
  /** The store and the files. `schedule`, `timer`, `statistics` and `redrives` are started apart from it. */
  readonly component: Component
  readonly store: MessageStore
  readonly storeHost: StoreHost
  readonly topics: TopicTable
  readonly topicFile: TopicFile
  readonly groups: SubscriptionGroupTable
  readonly groupFile: TableFile
  readonly offsets: ConsumerOffsetTable
  readonly orders: ConsumerOrderTable
  readonly sqlFilters: SqlFilters
  readonly consumerFilters: ConsumerFilterTable
  readonly requestModes: MessageRequestModeTable
  readonly requestModeFile: TableFile
  readonly redrives: DeadLetterRedrives
  readonly delayLevels: DelayLevels
  readonly schedule: ScheduleMessageService
  readonly timer: TimerMessageService
  readonly statistics: BrokerStatistics
  readonly transactionMetrics: TransactionMetrics
}

/** Throws ConfigError. */
export function createBrokerStorage(config: BrokerServiceConfig, deps: BrokerDeps): BrokerStorage {
  const delayLevels = parseDelayLevels(config.messageDelayLevel)
  const storeHost = new StoreHost(config.brokerIP1)
  const folder = path.join(storePaths(config).root, 'config')
  const keeperOf = (table: KeptTable): TableKeeper =>
    createTableKeeper(config.configManagerVersion === 'kv' ? 'kv' : 'json', folder, table, deps)
  const fileOf = (name: string): ConfigFile => new ConfigFile(path.join(folder, name), deps)
  const topics = new TopicTable(config, deps)
  const topicFile = new TopicFile({ ...deps, topics, keeper: keeperOf(keptTopics(topics)) })
  const sqlFilters = new SqlFilters(selectorCacheLimits)
  const consumerFilters = new ConsumerFilterTable(config, { ...deps, limits: consumerFilterTableLimits, sqlFilters })
  const store = createFileMessageStore(config, {
    ...deps,
    storeHost: storeHost.bytes,
    delayMsOfLevel: level => delayLevels.delayMs(level),
    retentionOf: topic => retentionOfTopic(topic, topics),
    isBatchTopic: topic => topics.find(topic)?.attributes.get('queue.type') === 'BatchCQ',
    bitMapOf: new FilterBitMaps(config, { consumerFilters }).of,
    beforeOpen: () => topicFile.start(),
  })
  const groups = new SubscriptionGroupTable(config, deps)
  const offsets = new ConsumerOffsetTable(config, deps)
  const orders = new ConsumerOrderTable({ ...deps, offsets, topics, groups })
  const statistics = new BrokerStatistics(config.brokerClusterName, deps)
  const schedule = new ScheduleMessageService(config, {
    ...deps,
    ...{ store, delayLevels, statistics },
    file: fileOf('delayOffset.json'),
  })
  const timer = new TimerMessageService(config, { ...deps, store, topics, statistics, file: fileOf('timermetrics') })
  const groupFile = subscriptionGroupFile({ ...deps, groups, keeper: keeperOf(keptGroups(groups)) })
  const transactionMetrics = new TransactionMetrics(config, {
    ...{ ...deps, store, topics },
    file: fileOf('transactionMetrics'),
  })
  const requestModes = new MessageRequestModeTable()
  const requestModeFile = messageRequestModeFile({ ...deps, requestModes, file: fileOf('messageRequestMode.json') })
  const redrives = new DeadLetterRedrives({
    ...deps,
    ...{ store, topics, topicFile, groups, statistics },
    file: fileOf('deadLetterRedrives.json'),
  })
  const component = inOrder([
    storeWithTopics(store, topicFile), // first: it holds the lock of the folder
    groupFile,
    requestModeFile,
    offsetFileOf(config, { ...deps, offsets, folder, keeperOf }),
    new ConsumerOrderFile({ ...deps, orders, file: fileOf('consumerOrderInfo.json') }),
    new ConsumerFilterFile({ ...deps, consumerFilters, file: fileOf('consumerFilter.json') }),
    transactionMetrics,
    loaded(() => redrives.load()),
  ])
  return {
    component,
    consumerFilters,
    delayLevels,
    groupFile,
    groups,
    offsets,
    orders,
    redrives,
    requestModeFile,
    requestModes,
    schedule,
    sqlFilters,
    statistics,
    ...{ store, storeHost, timer, topics, topicFile, transactionMetrics },
  }
}

interface OffsetFileDeps extends BrokerDeps {
  readonly offsets: ConsumerOffsetTable
  readonly folder: string
  readonly keeperOf: (table: KeptTable) => TableKeeper
}

function offsetFileOf(config: BrokerServiceConfig, deps: OffsetFileDeps): ConsumerOffsetFile {
  return new ConsumerOffsetFile(config, { ...deps, keeper: offsetKeeper(config, deps) })
}

function loaded(load: () => void): Component {
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws must reject
    start: async () => load(),
    stop: () => Promise.resolve(),
  }
}

/** The store starts `topicFile`, to know which topics are of batches. */
function storeWithTopics(store: MessageStore, topicFile: TopicFile): Component {
  return {
    start: async () => {
      try {
        await store.start()
      } catch (error) {
        await topicFile.close()
        throw error
      }
    },
    stop: async () => {
      await topicFile.stop()
      await store.stop()
    },
  }
}
