import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import { inOrder } from '@rocketmq-ts/base'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { ConfigFile } from '@rocketmq-ts/config'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import type { ChannelEventListener, RemotingConfig } from '@rocketmq-ts/remoting'
import { RemotingClient, RemotingServer } from '@rocketmq-ts/remoting'
import { BrokerHousekeepingService } from './broker-liveness/broker-housekeeping-service'
import { LoopbackWatch } from './broker-liveness/loopback-watch'
import { MinBrokerIdNotifier } from './broker-liveness/min-broker-id-notifier'
import { KvConfigTable, ORDER_TOPIC_CONFIG } from './kv-config/kv-config-table'
import type { NamesrvConfig } from './namesrv-config'
import { namesrvHandlers } from './namesrv-handlers'
import { findTopicRoute } from './route-info/find-topic-route'
import { RouteAnswers } from './route-info/route-answers'
import { createRouteTables } from './route-info/route-tables'
import { unregisterBroker } from './route-info/unregister-broker'

export interface NamesrvDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
}

export interface Namesrv extends Component {
  /** Throws unless started. */
  readonly port: number
  /** `ip:port` that is listened on. Throws unless started. */
  readonly address: string
}

/** A NameServer: tells clients where the queues of a topic are, as the brokers tell it. */
export function createNamesrv(
  runtimeConfig: RuntimeConfig<NamesrvConfig & RemotingConfig>,
  deps: NamesrvDeps,
): Namesrv {
  const { clock } = deps
  const log = deps.log.child({ component: 'namesrv' })
  const config = runtimeConfig.values

  const answers = new RouteAnswers(findRoute)
  const tables = createRouteTables(answers)
  const kvConfig = new KvConfigTable({ file: new ConfigFile(config.kvConfigPath, deps), log })
  const client = new RemotingClient(config, deps)
  const notifier = new MinBrokerIdNotifier({ brokers: tables.brokers, config, client, log })
  const housekeeping = new BrokerHousekeepingService({
    live: tables.live,
    unregister: broker => unregisterBroker({ tables, notifier, log }, broker),
    config,
    clock,
    log,
  })
  const handlers = namesrvHandlers({
    tables,
    answers,
    findRoute,
    kvConfig,
    notifier,
    runtimeConfig,
    config,
    clock,
    log,
  })
  const loopbackWatch = new LoopbackWatch({ brokers: tables.brokers, log })
  const listener: ChannelEventListener = {
    onOpen: channel => loopbackWatch.onOpen(channel),
    onClose: channel => housekeeping.onClose(channel),
  }
  const server = new RemotingServer(config, handlers, { ...deps, listener })

  kvConfig.onChange((namespace, topic) => {
    if (namespace === ORDER_TOPIC_CONFIG) answers.onTopicChange(topic)
  })
  runtimeConfig.onChange(() => answers.forgetAll())

  function findRoute(topic: string): TopicRouteData | null {
    const route = findTopicRoute(tables, topic, config)
    if (route === null || !config.orderMessageEnable) return route
    return { ...route, orderTopicConf: kvConfig.find(ORDER_TOPIC_CONFIG, topic) }
  }

  // The housekeeping stops first: connections that our own stop closes are no lost brokers.
  const parts = inOrder([kvConfig, client, server, housekeeping])
  return {
    start: () => parts.start(),
    stop: () => parts.stop(),
    get port() {
      return server.port
    },
    get address() {
      return server.address
    },
  }
}
