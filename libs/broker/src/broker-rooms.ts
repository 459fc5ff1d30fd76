import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import type { ConsumerTable, ProducerTable } from '@rocketmq-ts/client-housekeeping'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import type { UniqueIdGenerator } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { MessageRequestModeTable } from './assignments/message-request-mode-table'
import type { BroadcastOffsetTable } from './broadcasting/broadcast-offset-table'
import type { ConsumerOrderTable } from './consumer-order/consumer-order-table'
import type { ConsumerOffsetTable } from './consumer-offsets/consumer-offset-table'
import type { DeadLetterRedrives } from './dead-letters/dead-letter-redrives'
import type { ConsumerFilterTable } from './filter/consumer-filter-table'
import type { SqlFilters } from './filter/sql-filter'
import type { BrokerServiceConfig } from './load-broker-config'
import type { LiteRooms } from './lite/create-lite'
import type { PullRequestHoldService } from './long-polling/pull-request-hold-service'
import type { PopRooms } from './pop/create-pop'
import type { QueueLockTable } from './queue-locks/queue-lock-table'
import type { BrokerRegistration } from './registration/broker-registration'
import type { DelayLevels } from './schedule/delay-levels'
import type { ScheduleMessageService } from './schedule/schedule-message-service'
import type { DelayProgress } from './statistics/broker-runtime-info'
import type { BrokerStatistics } from './statistics/broker-statistics'
import type { DailyTotals } from './statistics/daily-totals'
import type { StoreRates } from './statistics/store-rates'
import type { SubscriptionGroupTable } from './subscription-groups/subscription-group-table'
import type { TableFile } from './table-file'
import type { TimerMessageService } from './timer/timer-message-service'
import type { TopicFile } from './topics/topic-file'
import type { TopicTable } from './topics/topic-table'
import type { TransactionMetrics } from './transactions/transaction-metrics'
import type { TransactionalMessages } from './transactions/transactional-messages'

/** All that a broker is made of, for the request handlers: each takes the part that it names. */
export interface BrokerRooms extends PopRooms, LiteRooms {
  readonly config: BrokerServiceConfig
  readonly runtimeConfig: RuntimeConfig<BrokerServiceConfig>
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  readonly store: MessageStore
  readonly topics: TopicTable
  readonly topicFile: TopicFile
  readonly groups: SubscriptionGroupTable
  readonly groupFile: TableFile
  readonly offsets: ConsumerOffsetTable
  readonly broadcastOffsets: BroadcastOffsetTable
  readonly orders: ConsumerOrderTable
  readonly sqlFilters: SqlFilters
  readonly consumerFilters: ConsumerFilterTable
  readonly requestModes: MessageRequestModeTable
  readonly requestModeFile: TableFile
  readonly redrives: DeadLetterRedrives
  readonly producers: ProducerTable
  readonly consumers: ConsumerTable
  readonly queueLocks: QueueLockTable
  readonly holdService: PullRequestHoldService
  readonly delayLevels: DelayLevels
  readonly schedule: ScheduleMessageService
  readonly timer: TimerMessageService
  readonly transactions: TransactionalMessages
  readonly transactionMetrics: TransactionMetrics
  readonly delays: () => readonly DelayProgress[]
  readonly registration: BrokerRegistration
  readonly statistics: BrokerStatistics
  readonly rates: StoreRates
  readonly totals: DailyTotals
  readonly uniqueIds: UniqueIdGenerator
  /** 4 or 16 address bytes, then the port as int32. */
  readonly storeHost: Buffer
  /** `ip:port` as it is advertised. */
  readonly brokerAddress: () => string
}
