import { inOrder } from '@rocketmq-ts/base'
import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { MetricsExporter } from '@rocketmq-ts/observability'
import type { MetricLabels } from '@rocketmq-ts/observability'
import { UniqueIdGenerator } from '@rocketmq-ts/protocol'
import { InProcessConnection, RemotingClient, RemotingServer } from '@rocketmq-ts/remoting'
import type {
  Channel,
  ChannelEventListener,
  InProcessConnectionDeps,
  Peer,
  RequestHandlers,
} from '@rocketmq-ts/remoting'
import { BroadcastOffsetTable } from './broadcasting/broadcast-offset-table'
import { brokerHandlers } from './broker-handlers'
import type { BrokerRooms } from './broker-rooms'
import { createBrokerClients } from './create-broker-clients'
import type { BrokerClients } from './create-broker-clients'
import { createBrokerStorage } from './create-broker-storage'
import type { BrokerStorage } from './create-broker-storage'
import { createLite } from './lite/create-lite'
import type { BrokerServiceConfig } from './load-broker-config'
import { PullRequestHoldService, pullRequestHoldServiceLimits } from './long-polling/pull-request-hold-service'
import { createPop } from './pop/create-pop'
import { QueueLockTable, queueLockTableLimits } from './queue-locks/queue-lock-table'
import { brokerMetrics } from './metrics/broker-metrics'
import { BrokerRegistration } from './registration/broker-registration'
import type { DelayProgress } from './statistics/broker-runtime-info'
import { DailyTotals } from './statistics/daily-totals'
import { StoreRates } from './statistics/store-rates'
import { SystemTopic } from './topics/topic-names'
import type { TopicTable } from './topics/topic-table'
import { TransactionalMessages } from './transactions/transactional-messages'

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
  /** That Prometheus reads at; null unless `metricsExporterType=PROM`. */
  readonly metricsPort: number | null
  /** A connection for who lives in this process: served as the main port is, without a socket. */
  connect(
    peer: Peer,
    onPush: InProcessConnectionDeps['onPush'],
    onCall?: InProcessConnectionDeps['onCall'],
  ): InProcessConnection
}

/** A broker with its store: takes messages, keeps them, gives them out. Throws ConfigError. */
export function createBroker(runtimeConfig: RuntimeConfig<BrokerServiceConfig>, brokerDeps: BrokerDeps): Broker {
  const deps = { ...brokerDeps, log: brokerDeps.log.child({ component: 'broker' }) }
  const config = runtimeConfig.values
  const storage = createBrokerStorage(config, deps)
  const clients = createBrokerClients(config, deps)
  const { store, schedule, timer, topics } = storage
  const { housekeeping, notifier } = clients
  clients.consumers.onGroupGone(storage.consumerFilters.onGroupGone)

  const holdService = new PullRequestHoldService(pullRequestHoldServiceLimits, { ...deps, store })
  const client = new RemotingClient(config, { ...deps, listener: closing(() => registration.onConnectionLost()) })
  const registration = new BrokerRegistration(config, { ...deps, topics, client, port: () => main.port })
  const pop = createPop(config, { ...deps, ...storage, ...clients, client, storeHost: storage.storeHost.bytes })
  const lite = createLite(config, { ...deps, ...storage, ...pop })
  const rates = new StoreRates({ ...deps, statistics: store.statistics })
  const totals = new DailyTotals({ ...deps, totals: () => storage.statistics.totals })
  const broadcastOffsets = new BroadcastOffsetTable(config, { ...deps, ...storage, ...clients })
  const brokerAddress = (): string => `${config.brokerIP1}:${main.port}`
  const transactions = createTransactions(config, { ...deps, ...storage, ...clients })
  const rooms: BrokerRooms = {
    ...deps,
    ...storage,
    ...clients,
    ...{ ...pop, ...lite },
    ...{ config, runtimeConfig, holdService, registration, rates, totals, transactions },
    ...{ broadcastOffsets, brokerAddress },
    storeHost: storage.storeHost.bytes,
    queueLocks: new QueueLockTable(queueLockTableLimits, deps),
    delays: () => delayProgress(storage),
    uniqueIds: createUniqueIds(storage, deps),
  }
  const handlers = brokerHandlers(rooms)
  const metrics = new MetricsExporter(config, { sources: brokerMetrics(rooms), labels: nodeLabels(config) }, deps)
  const waiting = [holdService, pop.popLongPolling, pop.notifications, lite.litePolling]
  const listener = closing(channel => {
    for (const room of [housekeeping, ...waiting]) room.onClose(channel)
  })
  const main = new RemotingServer(config, handlers.main, { ...deps, listener })
  const vipConfig = { ...config, listenPort: Math.max(0, config.listenPort - 2) }
  const vip = new RemotingServer(vipConfig, handlers.vip, { ...deps, listener })

  followConfig(runtimeConfig, { topics, registration })
  const component = inOrder([
    ...[storage.component, storage.statistics, rates, totals, housekeeping, broadcastOffsets],
    // Nothing is stored before the port is known that records name: neither what comes in, nor what is due.
    ...[main, started(() => storage.storeHost.resolve(main.port)), vip],
    ...[schedule, timer, transactions, pop.popRevive, pop.popBufferMerge, storage.redrives, lite.liteHousekeeping],
    ...[lite.liteDispatcher, lite.liteLifecycle],
    // What waits is answered before the servers stop; NameServers are told first of all.
    ...[...waiting, stopped(() => notifier.stop())],
    ...[metrics, client, registration],
  ])
  return {
    ...component,
    get port() {
      return main.port
    },
    get vipPort() {
      return vip.port
    },
    get address() {
      return brokerAddress()
    },
    get metricsPort() {
      return metrics.port
    },
    connect: connecting(handlers.main, listener, deps),
  }
}

function createUniqueIds({ storeHost }: BrokerStorage, { clock }: BrokerDeps): UniqueIdGenerator {
  return new UniqueIdGenerator({
    address: storeHost.address,
    processId: process.pid,
    discriminator: clock.nowMs(),
  })
}

function delayProgress({ schedule, store }: Pick<BrokerStorage, 'schedule' | 'store'>): readonly DelayProgress[] {
  return [...schedule.content().offsetTable].map(([level, delayOffset]) => {
    return { level, delayOffset, maxOffset: store.maxOffset(SystemTopic.SCHEDULE, level - 1) }
  })
}

/** Of every metric, as Java has them. */
function nodeLabels({ brokerClusterName, brokerName }: BrokerServiceConfig): MetricLabels {
  return { cluster: brokerClusterName, node_type: 'broker', node_id: brokerName }
}

function createTransactions(
  config: BrokerServiceConfig,
  rooms: BrokerDeps & BrokerStorage & Pick<BrokerClients, 'producers'>,
): TransactionalMessages {
  const { transactionMetrics: metrics, storeHost } = rooms
  return new TransactionalMessages({ ...rooms, config, metrics, storeHost: storeHost.bytes })
}

/** The keys that have to be told to someone when they change; all others are read where they are used. */
function followConfig(
  runtimeConfig: Pick<RuntimeConfig<BrokerServiceConfig>, 'onChange'>,
  { topics, registration }: { readonly topics: TopicTable; readonly registration: BrokerRegistration },
): void {
  runtimeConfig.onChange(changedKeys => {
    if (changedKeys.has('namesrvAddr')) registration.updateNameServers()
    if (changedKeys.has('brokerPermission')) {
      topics.bumpVersion()
      registration.announceAll()
    }
  })
}

/** Who lives in this process comes in without a socket. */
function connecting(
  handlers: RequestHandlers,
  listener: ChannelEventListener,
  deps: Pick<BrokerDeps, 'clock' | 'log'>,
): Broker['connect'] {
  return (peer, onPush, onCall) => {
    const onClose = (channel: Channel): void => listener.onClose(channel, 'closed')
    const called = onCall === undefined ? {} : { onCall }
    return new InProcessConnection(peer, { ...deps, handlers, onPush, ...called, onClose })
  }
}

function closing(onClose: (channel: Channel) => void): ChannelEventListener {
  return { onClose }
}

function started(start: () => Promise<void>): Component {
  return { start, stop: () => Promise.resolve() }
}

function stopped(stop: () => void): Component {
  return {
    start: () => Promise.resolve(),
    stop: () => {
      stop()
      return Promise.resolve()
    },
  }
}
