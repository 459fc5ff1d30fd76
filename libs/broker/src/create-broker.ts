import * as path from 'node:path'
import { inOrder } from '@rocketmq-ts/base'
import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import {
  ClientHousekeepingService,
  ConsumerIdsNotifier,
  ConsumerTable,
  ProducerTable,
} from '@rocketmq-ts/client-housekeeping'
import { ConfigFile } from '@rocketmq-ts/config'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { UniqueIdGenerator } from '@rocketmq-ts/protocol'
import { RemotingClient, RemotingServer } from '@rocketmq-ts/remoting'
import { createFileMessageStore, storePaths } from '@rocketmq-ts/store'
import { brokerHandlers } from './broker-handlers'
import { ConsumerOffsetFile } from './consumer-offsets/consumer-offset-file'
import { ConsumerOffsetTable } from './consumer-offsets/consumer-offset-table'
import type { BrokerServiceConfig } from './load-broker-config'
import { PullRequestHoldService, pullRequestHoldServiceLimits } from './long-polling/pull-request-hold-service'
import { QueueLockTable, queueLockTableLimits } from './queue-locks/queue-lock-table'
import { BrokerRegistration } from './registration/broker-registration'
import { parseDelayLevels } from './schedule/delay-levels'
import { ScheduleMessageService } from './schedule/schedule-message-service'
import { BrokerStatistics } from './statistics/broker-statistics'
import { DailyTotals } from './statistics/daily-totals'
import { StoreRates } from './statistics/store-rates'
import { StoreHost } from './store-host'
import { subscriptionGroupFile } from './subscription-groups/subscription-group-file'
import { SubscriptionGroupTable } from './subscription-groups/subscription-group-table'
import { topicFile } from './topics/topic-file'
import { SystemTopic } from './topics/topic-names'
import { TopicTable } from './topics/topic-table'

export interface BrokerDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
}

export interface Broker extends Component {
  /** That is listened on. Throws unless started. */
  readonly port: number
  /** Of the VIP port. Throws unless started. */
  readonly vipPort: number
  /** `ip:port` that clients are told. Throws unless started. */
  readonly address: string
}

/** A broker with its store: takes messages, keeps them, gives them out. Throws ConfigError. */
export function createBroker(runtimeConfig: RuntimeConfig<BrokerServiceConfig>, brokerDeps: BrokerDeps): Broker {
  const deps = { ...brokerDeps, log: brokerDeps.log.child({ component: 'broker' }) }
  const config = runtimeConfig.values
  const storage = createStorage(config, deps)
  const clients = createClients(config, deps)
  const { store, schedule, topics } = storage
  const { housekeeping, notifier } = clients

  const holdService = new PullRequestHoldService(pullRequestHoldServiceLimits, { ...deps, store })
  const client = new RemotingClient(config, {
    ...deps,
    listener: { onClose: () => registration.onConnectionLost() },
  })
  const registration = new BrokerRegistration(config, { ...deps, topics, client, port: () => main.port })
  const rates = new StoreRates({ ...deps, statistics: store.statistics })
  const totals = new DailyTotals({ ...deps, totals: () => storage.statistics.totals })
  const brokerAddress = (): string => `${config.brokerIP1}:${main.port}`

  const handlers = brokerHandlers({
    ...deps,
    ...storage,
    ...clients,
    ...{ config, runtimeConfig, holdService, registration, rates, totals, brokerAddress },
    storeHost: storage.storeHost.bytes,
    queueLocks: new QueueLockTable(queueLockTableLimits, deps),
    delays: () =>
      [...schedule.content().offsetTable].map(([level, delayOffset]) => {
        return { level, delayOffset, maxOffset: store.maxOffset(SystemTopic.SCHEDULE, level - 1) }
      }),
    uniqueIds: new UniqueIdGenerator({
      address: storage.storeHost.address,
      processId: process.pid,
      discriminator: deps.clock.nowMs(),
    }),
  })
  const listener = {
    onClose(...[channel]: Parameters<ClientHousekeepingService['onClose']>): void {
      housekeeping.onClose(channel)
      holdService.onClose(channel)
    },
  }
  const main = new RemotingServer(config, handlers.main, { ...deps, listener })
  const vipConfig = { ...config, listenPort: Math.max(0, config.listenPort - 2) }
  const vip = new RemotingServer(vipConfig, handlers.vip, { ...deps, listener })

  runtimeConfig.onChange(changedKeys => {
    if (changedKeys.has('namesrvAddr')) registration.updateNameServers()
    if (changedKeys.has('brokerPermission')) {
      topics.bumpVersion()
      registration.announceAll()
    }
  })
  const { start, stop } = inOrder([
    storage.component,
    ...[storage.statistics, rates, totals, housekeeping],
    // Nothing is stored before the port is known that records name: neither what comes in, nor what is due.
    ...[main, started(() => storage.storeHost.resolve(main.port)), vip, schedule],
    // What waits is answered before the servers stop; NameServers are told first of all.
    ...[holdService, stopped(() => notifier.stop()), client, registration],
  ])
  return {
    start,
    stop,
    get port() {
      return main.port
    },
    get vipPort() {
      return vip.port
    },
    get address() {
      return brokerAddress()
    },
  }
}

/** What is on the disk. */
function createStorage(config: BrokerServiceConfig, deps: BrokerDeps) {
  const delayLevels = parseDelayLevels(config.messageDelayLevel)
  const storeHost = new StoreHost(config.brokerIP1)
  const store = createFileMessageStore(config, {
    ...deps,
    storeHost: storeHost.bytes,
    delayMsOfLevel: level => delayLevels.delayMs(level),
  })
  const topics = new TopicTable(config, deps)
  const groups = new SubscriptionGroupTable(config, deps)
  const offsets = new ConsumerOffsetTable(config, deps)
  const statistics = new BrokerStatistics(config.brokerClusterName, deps)
  const fileOf = (name: string): ConfigFile => new ConfigFile(path.join(storePaths(config).root, 'config', name), deps)
  const schedule = new ScheduleMessageService(config, {
    ...deps,
    ...{ store, delayLevels, statistics },
    file: fileOf('delayOffset.json'),
  })
  const component = inOrder([
    store, // first: it holds the lock of the folder
    topicFile(topics, fileOf('topics.json')),
    subscriptionGroupFile(groups, fileOf('subscriptionGroup.json')),
    new ConsumerOffsetFile(config, { ...deps, offsets, file: fileOf('consumerOffset.json') }),
  ])
  return { component, delayLevels, groups, offsets, schedule, statistics, store, storeHost, topics }
}

/** Who is connected. */
function createClients(config: BrokerServiceConfig, deps: BrokerDeps) {
  const producers = new ProducerTable(deps)
  const consumers = new ConsumerTable(deps)
  const notifier = new ConsumerIdsNotifier(config, { ...deps, consumers })
  consumers.onChange(notifier)
  const housekeeping = new ClientHousekeepingService(config, { ...deps, producers, consumers })
  return { producers, consumers, notifier, housekeeping }
}

function started(start: () => Promise<void>): Component {
  return { start, stop: () => Promise.resolve() }
}

function stopped(stop: () => void): Component {
  return { start: () => Promise.resolve(), stop: () => Promise.resolve(stop()) }
}
