import type { Clock, Log } from '@rocketmq-ts/base'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import type { MessageStore } from '@rocketmq-ts/store'
import { TopicRoutes } from '../assignments/topic-routes'
import type { TopicRoutesDeps } from '../assignments/topic-routes'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
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
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly store: Pick<MessageStore, 'get' | 'put' | 'onArrival' | 'minOffset' | 'maxOffset' | 'isInMemory'>
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
  const queueCount = Math.max(1, config.reviveQueueNum)
  const queues = Array.from(
    { length: queueCount },
    (_, queueId) => new ReviveQueue({ reviveTopic, queueId, brokerName }, deps),
  )
  const reviveLog = new ReviveLog({ ...deps, reviveTopic })
  const popOffsets = new PopOffsets(deps)
  const popBufferMerge = new PopBufferMergeService(config, {
    ...{ ...deps, offsets: popOffsets },
    store: (queueId, checkPoint, listener) => checkPoints.add(queueId, checkPoint, listener),
  })
  const checkPoints = new CheckPoints(checkPointsLimits, { ...deps, queues, log: reviveLog, buffer: popBufferMerge })
  const reviver = new MessageReviver(deps)
  const popLongPolling = new PopLongPollingService(config, deps)
  deps.orders.onFree(queue => {
    const { topic, group, queueId } = queue
    if (
      config.enableNotifyAfterPopOrderLockRelease &&
      deps.store.maxOffset(topic, queueId) > deps.offsets.query(group, topic, queueId)
    )
      popLongPolling.wakeQueue(queue)
  })
  return {
    popRuns: { ...deps, brokerName, checkPoints, offsets: popOffsets, locks: new Set() },
    popBufferMerge,
    popLongPolling,
    popRevive: new PopReviveService(config, { ...deps, reviveTopic, queues, reviveLog, checkPoints, reviver }),
    subscriptions: new PopSubscriptions({ ...deps, filters: new TagFilters() }),
    topicRoutes: new TopicRoutes(deps),
    acknowledgements: new Acknowledgements({ ...deps, checkPoints }),
  }
}
