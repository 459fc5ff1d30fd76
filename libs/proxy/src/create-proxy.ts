import { ConfigError, inOrder } from '@rocketmq-ts/base'
import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import { createAuthentication } from './authentication/create-authentication'
import type { GrpcFace, GrpcFaceDeps } from './grpc/create-grpc-face'
import { HttpFace } from './http/http-face'
import type { ProxyServiceConfig } from './load-proxy-config'
import type { Brokers } from './messaging/brokers'
import { ClusterBrokers } from './messaging/cluster/cluster-brokers'
import { LocalBrokers } from './messaging/local-brokers'
import type { LocalBroker } from './messaging/local-broker'
import { LocalRelays } from './messaging/local-relays'
import type { KeptValuesLimits } from './messaging/kept-values'
import { createMessaging } from './messaging/messaging'
import type { MetadataLimits } from './messaging/metadata'
import type { Relays } from './messaging/relays'
import { RequestCounts } from './metrics/request-counts'
import { createRemotingFace } from './remoting/create-remoting-face'
import { createSharedState } from './shared-state/shared-state'

type PortKey = 'grpcServerPort' | 'httpServerPort' | 'remotingListenPort'

export interface ProxyDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  /** When the port of this key is in use, a free one will do: nobody chose it. */
  readonly mayListenElsewhere: (portKey: PortKey) => boolean
  /** Of all logs of this process, until its next start. */
  readonly changeLogLevel: GrpcFaceDeps['changeLogLevel']
  /** The broker of this process. Null: brokers are found by NameServers. */
  readonly localBroker: LocalBroker | null
}

export interface Proxy extends Component {
  /** `ip:port` that gRPC clients reach it by. Throws unless started. */
  readonly grpcAddress: string
  /** `host:port` that remoting clients reach it by, as their NameServer. Throws unless started. */
  readonly remotingAddress: string
  /** `ip:port` of the HTTP API. Throws unless started. */
  readonly httpAddress: string
}

/** A broker is asked about a topic that soon again when it is in this process: a change counts at once, nearly. */
const LOCAL_METADATA_AGE_MS_MAX = 1000

const MS_PER_SECOND = 1000

/** A proxy: clients that speak gRPC, HTTP or remoting on one side, brokers on the other. Throws ConfigError. */
export function createProxy(config: ProxyServiceConfig, proxyDeps: ProxyDeps): Proxy {
  const deps = { ...proxyDeps, log: proxyDeps.log.child({ component: 'proxy' }) }
  const { localBroker, mayListenElsewhere } = deps
  if (localBroker !== null && config.workers > 1) {
    throw new ConfigError(['workers: a broker runs in one process: more of the proxy go with proxyMode=CLUSTER only'])
  }
  const { brokers, relays } = localBroker === null ? ofCluster(config, deps) : ofThisProcess(localBroker, deps)
  const metadata = localBroker === null ? metadataLimits(config) : localMetadataLimits(config)
  // Of a broker elsewhere it is not known that it serves batches of acks; that of this process does, and is much quicker so.
  const batchesAcks = (): boolean => localBroker !== null || config.enableBatchAck
  const messaging = createMessaging({ ...config, metadata, batchesAcks }, { ...deps, brokers })
  let face: GrpcFace | null = null
  const requireFace = (): GrpcFace => {
    if (face === null) throw new Error('the proxy is not started')
    return face
  }
  const authentication = createAuthentication(config, deps)
  const { authenticator } = authentication
  const shared = createSharedState(config, deps)
  const counts = { grpcRequests: new RequestCounts(), httpRequests: new RequestCounts() }
  const renewals = (): GrpcFace['renewals'] => requireFace().renewals
  const renewedMessages = (): number => face?.renewals.count ?? 0
  const proxyMode = localBroker === null ? 'CLUSTER' : 'LOCAL'
  const common = { ...deps, ...counts, messaging, shared, authenticator, renewals, renewedMessages }
  const mayListen = (key: PortKey) => ({ mayListenElsewhere: mayListenElsewhere(key) })
  const http = new HttpFace({ ...config, proxyMode }, { ...common, ...mayListen('httpServerPort') })
  const loaded: Component = {
    async start() {
      // Loaded when it is wanted: its code is large, and who starts without a proxy need not wait for it.
      const { createGrpcFace } = await import('./grpc/create-grpc-face')
      face = createGrpcFace(config, { ...common, ...mayListen('grpcServerPort') })
    },
    stop: () => Promise.resolve(),
  }
  const remoting = createRemotingFace(config, { ...common, relays, ...mayListen('remotingListenPort') })
  const component = inOrder([
    authentication,
    shared,
    loaded,
    // At a stop: no new clients, what they hold is given back, what waits at brokers is let go, then calls can end.
    http.requests,
    later(() => requireFace().calls),
    brokers,
    later(() => requireFace().clients),
    later(() => requireFace().listener),
    remoting,
    http.listener,
  ])
  return {
    start: () => component.start(),
    stop: () => component.stop(),
    get grpcAddress() {
      return requireFace().address
    },
    get remotingAddress() {
      return remoting.address
    },
    get httpAddress() {
      return http.address
    },
  }
}

/** Ways to brokers: the core's, and those of clients that need none of it. */
interface Ways {
  readonly brokers: Brokers
  readonly relays: Relays
}

function ofThisProcess(localBroker: LocalBroker, deps: Pick<ProxyDeps, 'clock'>): Ways {
  return { brokers: new LocalBrokers(localBroker, deps), relays: new LocalRelays(localBroker) }
}

function ofCluster(config: ProxyServiceConfig, deps: Pick<ProxyDeps, 'clock' | 'disk' | 'log'>): Ways {
  const routeLimits = keptFor({
    freshSeconds: config.topicRouteServiceCacheRefreshSeconds,
    ageSeconds: config.topicRouteServiceCacheExpiredSeconds,
    countMax: config.topicRouteServiceCacheMaxNum,
  })
  const brokers = new ClusterBrokers(config, { ...deps, routeLimits })
  return { brokers, relays: brokers }
}

function metadataLimits(config: ProxyServiceConfig): MetadataLimits {
  return {
    topics: keptFor({
      freshSeconds: config.topicConfigCacheRefreshSeconds,
      ageSeconds: config.topicConfigCacheExpiredSeconds,
      countMax: config.topicConfigCacheMaxNum,
    }),
    groups: keptFor({
      freshSeconds: config.subscriptionGroupConfigCacheRefreshSeconds,
      ageSeconds: config.subscriptionGroupConfigCacheExpiredSeconds,
      countMax: config.subscriptionGroupConfigCacheMaxNum,
    }),
  }
}

function localMetadataLimits(config: ProxyServiceConfig): MetadataLimits {
  const [freshMsMax, ageMsMax] = [LOCAL_METADATA_AGE_MS_MAX, LOCAL_METADATA_AGE_MS_MAX]
  return {
    topics: { freshMsMax, ageMsMax, countMax: config.topicConfigCacheMaxNum },
    groups: { freshMsMax, ageMsMax, countMax: config.subscriptionGroupConfigCacheMaxNum },
  }
}

interface KeptSeconds {
  readonly freshSeconds: number
  readonly ageSeconds: number
  readonly countMax: number
}

function keptFor({ freshSeconds, ageSeconds, countMax }: KeptSeconds): KeptValuesLimits {
  return { freshMsMax: freshSeconds * MS_PER_SECOND, ageMsMax: ageSeconds * MS_PER_SECOND, countMax }
}

function later(component: () => Component): Component {
  return { start: () => component().start(), stop: () => component().stop() }
}
