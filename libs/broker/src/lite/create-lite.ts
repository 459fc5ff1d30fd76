import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import { dispatchesToLightQueues } from '@rocketmq-ts/store'
import type { MessageStore } from '@rocketmq-ts/store'
import type { TopicRoutes } from '../assignments/topic-routes'
import type { BrokerServiceConfig } from '../load-broker-config'
import { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { PopRunDeps } from '../pop/pop-run'
import { PopOffsets } from '../pop/pop-offsets'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TopicTable } from '../topics/topic-table'
import { LiteAcknowledgements } from './lite-acknowledgements'
import { LiteDispatcher } from './lite-dispatcher'
import { LiteGroups } from './lite-groups'
import { liteOffsetsIn } from './lite-offsets-in'
import { LiteLifecycle } from './lite-lifecycle'
import { LiteOffsets } from './lite-offsets'
import { LitePolling } from './lite-polling'
import { readLiteQueueName } from './lite-queue-names'
import { LiteSharding } from './lite-sharding'
import { LiteSubscriptions } from './lite-subscriptions'
import { LiteTopics } from './lite-topics'

/** How often what nobody pops any more is looked for. */
const FORGET_INTERVAL_MS = 5 * 60_000

export interface LiteDeps {
  readonly store: MessageStore
  readonly topics: Pick<TopicTable, 'find' | 'all'>
  readonly groups: Pick<SubscriptionGroupTable, 'find' | 'findExisting' | 'all'>
  readonly offsets: ConsumerOffsetTable
  readonly topicRoutes: Pick<TopicRoutes, 'writableBrokersOf'>
  readonly popRuns: PopRunDeps
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'after' | 'every'>
  readonly log: Log
}

/** What lite topics are made of, for those who start it and for the request handlers. */
export interface LiteRooms {
  readonly liteGroups: LiteGroups
  readonly liteTopics: LiteTopics
  readonly liteLifecycle: LiteLifecycle
  readonly liteOrders: Pick<ConsumerOrderTable, 'count' | 'clear'>
  readonly liteSharding: LiteSharding
  readonly liteSubscriptions: LiteSubscriptions
  readonly liteDispatcher: LiteDispatcher
  readonly litePolling: LitePolling
  readonly litePopRuns: PopRunDeps
  readonly liteAcknowledgements: LiteAcknowledgements
  readonly liteHousekeeping: Component
}

export function createLite(config: BrokerServiceConfig, liteDeps: LiteDeps): LiteRooms {
  const deps = { ...liteDeps, config, log: liteDeps.log.child({ component: 'lite' }) }
  const { store, topics, offsets, popRuns, clock } = deps
  const liteGroups = new LiteGroups(deps)
  const parents = { find: (name: string) => topics.find(readLiteQueueName(name)?.parentTopic ?? '') }
  const orders = new ConsumerOrderTable({ ...deps, topics: parents })
  const liteOffsets = new LiteOffsets({ offsets, orders, store })
  const liteSubscriptions = new LiteSubscriptions({ ...deps, groups: liteGroups, offsets: liteOffsets })
  const litePolling = new LitePolling(config, deps)
  const liteDispatcher = new LiteDispatcher({
    ...{ ...deps, groups: liteGroups, subscriptions: liteSubscriptions, polling: litePolling },
    ...{ hasLightQueues: dispatchesToLightQueues(config), random: Math.random },
  })
  orders.onFree(({ topic, group }) => {
    const isWanted =
      config.enableNotifyAfterPopOrderLockRelease && offsets.query(group, topic, 0) < store.maxOffset(topic, 0)
    if (isWanted) liteDispatcher.dispatch(group, topic)
  })
  const liteTopics = new LiteTopics(deps)
  return {
    liteGroups,
    liteTopics,
    liteOrders: orders,
    liteLifecycle: new LiteLifecycle({
      ...{ ...deps, liteTopics, orders },
      ...{ groups: liteGroups, subscriptions: liteSubscriptions },
    }),
    liteSharding: new LiteSharding(deps),
    liteSubscriptions,
    liteDispatcher,
    litePolling,
    litePopRuns: {
      ...{ ...popRuns, orders, locks: new Set<string>(), offsetsIn: liteOffsetsIn },
      offsets: new PopOffsets({ ...deps, orders, topics: parents }),
    },
    liteAcknowledgements: new LiteAcknowledgements({ groups: liteGroups, orders, store, clock }),
    liteHousekeeping: housekeeping(config, { liteSubscriptions, orders, clock }),
  }
}

/** Forgets clients that are silent, and what nobody pops any more. */
function housekeeping(
  config: Pick<BrokerServiceConfig, 'liteSubscriptionCheckInterval' | 'liteSubscriptionCheckTimeoutMills'>,
  deps: Pick<LiteRooms, 'liteSubscriptions'> & {
    readonly orders: ConsumerOrderTable
    readonly clock: LiteDeps['clock']
  },
): Component {
  const { liteSubscriptions, orders, clock } = deps
  let timers: readonly Timer[] = []
  return {
    start: () => {
      const dropSilent = (): void => {
        liteSubscriptions.dropSilentSince(clock.nowMs() - config.liteSubscriptionCheckTimeoutMills)
      }
      timers = [
        clock.every(config.liteSubscriptionCheckInterval, dropSilent),
        clock.every(FORGET_INTERVAL_MS, () => orders.forgetUnused()),
      ]
      return Promise.resolve()
    },
    stop: () => {
      for (const timer of timers) timer.cancel()
      orders.stop()
      return Promise.resolve()
    },
  }
}
