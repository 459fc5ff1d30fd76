import type { Clock, Log } from '@rocketmq-ts/base'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import type { MessageStore } from '@rocketmq-ts/store'
import { TopicRoutes } from '../assignments/topic-routes'
import type { TopicRoutesDeps } from '../assignments/topic-routes'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOrderTable, GroupQueue } from '../consumer-order/consumer-order-table'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { SqlFilters } from '../filter/sql-filter'
import { TagFilters } from '../filter/tag-filter'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { reviveTopicOf } from '../topics/topic-names'
import type { TopicFile } from '../topics/topic-file'
import type { TopicTable } from '../topics/topic-table'
import { Acknowledgements } from './acknowledgements'
import { CheckPoints, checkPointsLimits } from './check-points'
import { MessageReviver } from './message-reviver'
import { PopBufferMergeService } from './pop-buffer-merge-service'
import { PopInflightMessages } from './pop-inflight-messages'
import { PopLongPollingService } from './pop-long-polling-service'
import { PopOffsets } from './pop-offsets'
import { PopReviveService } from './pop-revive-service'
import type { PopRunDeps } from './pop-run'
import { PopSubscriptions } from './pop-subscriptions'
import { ReviveLog } from './revive-log'
import { ReviveQueue } from './revive-queue'

export interface PopDeps {
  readonly topics: TopicTable
  readonly topicFile: Pick<TopicFile, 'isSaved' | 'saved'>
  readonly groups: SubscriptionGroupTable
  readonly offsets: ConsumerOffsetTable
  readonly orders: ConsumerOrderTable
  readonly consumers: Pick<ConsumerTable, 'compensated'>
  readonly sqlFilters: Pick<SqlFilters, 'compiled'>
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly store: Pick<
    MessageStore,
    'get' | 'put' | 'onArrival' | 'minOffset' | 'maxOffset' | 'isInMemory' | 'recordInMemory'
  >
  readonly storeHost: Buffer
  /** Asks NameServers. */
  readonly client: TopicRoutesDeps['client']
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'after'>
  readonly log: Log
}

/** What pop consumption is made of, for those who start it and for the request handlers. */
export interface PopRooms {
  readonly popRuns: PopRunDeps
  readonly popLongPolling: PopLongPollingService
  /** Where those wait who want to know, but not to have. */
  readonly notifications: PopLongPollingService
  readonly popRevive: PopReviveService
  readonly popBufferMerge: PopBufferMergeService
  readonly subscriptions: PopSubscriptions
  readonly acknowledgements: Acknowledgements
  readonly topicRoutes: TopicRoutes
}

export function createPop(config: BrokerConfig, popDeps: PopDeps): PopRooms {
  const deps = { ...popDeps, config, log: popDeps.log.child({ component: 'pop' }) }
  const { brokerName } = config
  const reviveTopic = reviveTopicOf(config.brokerClusterName)
  const inflight = new PopInflightMessages(config)
  const queueCount = Math.max(1, config.reviveQueueNum)
  const queues = Array.from(
    { length: queueCount },
    (_, queueId) => new ReviveQueue({ reviveTopic, queueId, brokerName }, { ...deps, inflight }),
  )
  const reviveLog = new ReviveLog({ ...deps, reviveTopic })
  const popOffsets = new PopOffsets(deps)
  const popBufferMerge = new PopBufferMergeService(config, {
    ...{ ...deps, inflight, offsets: popOffsets },
    store: (queueId, checkPoint, listener) => checkPoints.add(queueId, checkPoint, listener),
  })
  const checkPoints = new CheckPoints(checkPointsLimits, { ...deps, queues, log: reviveLog, buffer: popBufferMerge })
  const reviver = new MessageReviver(deps)
  const popLongPolling = new PopLongPollingService(config, deps)
  const notifications = new PopLongPollingService(config, deps)
  deps.orders.onFree(queue => {
    if (!config.enableNotifyAfterPopOrderLockRelease || !hasRest(queue, deps)) return
    popLongPolling.wakeQueue(queue)
    notifications.wakeQueue(queue)
  })
  return {
    popRuns: { ...deps, brokerName, checkPoints, inflight, offsets: popOffsets, locks: new Set() },
    popBufferMerge,
    popLongPolling,
    notifications,
    popRevive: new PopReviveService(config, { ...deps, reviveTopic, queues, reviveLog, checkPoints, reviver }),
    subscriptions: new PopSubscriptions({ ...deps, filters: new TagFilters() }),
    topicRoutes: new TopicRoutes(deps),
    acknowledgements: new Acknowledgements({ ...deps, checkPoints }),
  }
}

function hasRest(
  { topic, group, queueId }: GroupQueue,
  { store, offsets }: Pick<PopDeps, 'store' | 'offsets'>,
): boolean {
  return store.maxOffset(topic, queueId) > offsets.query(group, topic, queueId)
}
