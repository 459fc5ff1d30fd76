import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import { RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand, TopicRouteData } from '@rocketmq-ts/protocol'
import { RemotingClient } from '@rocketmq-ts/remoting'
import type { RemotingConfig } from '@rocketmq-ts/remoting'
import type { Brokers, ClientLink, ConnectedClient } from '../brokers'
import { KeptValues } from '../kept-values'
import type { KeptValuesLimits } from '../kept-values'
import { BrokerNotFoundError } from '../refusals'
import type { Relay, RelayedClient, Relays } from '../relays'
import { AddressServer } from './address-server'
import type { AddressServerConfig } from './address-server'
import { BrokerDetector } from './broker-detector'
import { BrokerFaults } from './broker-faults'
import { ClientConnections } from './client-connections'
import { ClusterClientLink } from './cluster-client-link'
import type { MasterAddress } from './cluster-client-link'
import { ClusterRelay } from './cluster-relay'
import { NameServers } from './name-servers'

export interface ClusterBrokersConfig extends RemotingConfig, AddressServerConfig {
  readonly namesrvAddr: string
  readonly sendLatencyEnable: boolean
  readonly startDetectorEnable: boolean
  readonly detectInterval: number
  readonly detectTimeout: number
  readonly clientConnectionsMax: number
}

export interface ClusterBrokersDeps {
  readonly routeLimits: KeptValuesLimits
  readonly clock: Pick<Clock, 'after' | 'endOfTurn' | 'every' | 'monotonicMs'>
  readonly disk: Pick<Disk, 'readText'>
  readonly log: Log
}

const sendCodes: ReadonlySet<number> = new Set([RequestCode.SEND_MESSAGE_V2, RequestCode.SEND_BATCH_MESSAGE])

/**
 * Brokers of any kind, found by NameServers: one connection to each, which all requests share, and one more for each client
 * that it is to know of.
 */
export class ClusterBrokers implements Brokers, Relays {
  private readonly client: RemotingClient
  private readonly routes: KeptValues<TopicRouteData | null>
  private readonly faults: BrokerFaults
  private readonly detector: BrokerDetector
  private readonly clientConnections: ClientConnections
  private readonly addressServer: AddressServer | null

  /** Throws ConfigError when no NameServer is given, nor who knows them. */
  constructor(
    config: ClusterBrokersConfig,
    private readonly deps: ClusterBrokersDeps,
  ) {
    this.faults = new BrokerFaults(config, deps)
    const ask = (brokerName: string, timeoutMs: number): Promise<unknown> => this.ping(brokerName, timeoutMs)
    this.detector = new BrokerDetector(config, { ...deps, faults: this.faults, ask })
    this.clientConnections = new ClientConnections(config)
    const { handlers, listener } = this.clientConnections
    this.client = new RemotingClient(config, { ...deps, handlers, listener })
    const nameServers = new NameServers({ ...deps, client: this.client })
    const isByDomain = config.namesrvDomain !== ''
    if (!isByDomain) nameServers.use(config.namesrvAddr)
    const onList = (list: string): void => nameServers.use(list)
    this.addressServer = isByDomain ? new AddressServer(config, { ...deps, onList }) : null
    this.routes = new KeptValues(deps.routeLimits, topic => nameServers.findRoute(topic), {
      ...deps,
      isWorthKeeping: route => route !== null, // the topic may be made at any moment
    })
  }

  async start(): Promise<void> {
    await this.client.start()
    await this.addressServer?.start()
    await this.detector.start()
  }

  async stop(): Promise<void> {
    await this.detector.stop()
    await this.addressServer?.stop()
    await this.client.stop()
  }

  findRoute(topic: string): Promise<TopicRouteData | null> {
    return this.routes.get(topic)
  }

  async invoke(brokerName: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const address = await this.requireAddress(brokerName)
    const { clock } = this.deps
    const startMs = clock.monotonicMs()
    try {
      const response = await this.client.invoke(address, command, timeoutMs)
      if (sendCodes.has(command.code)) this.faults.noteAnswer(brokerName, clock.monotonicMs() - startMs)
      return response
    } catch (error) {
      if (error instanceof RocketmqError) {
        this.faults.noteFailure(brokerName)
        this.routes.doubt(brokerName) // another may be the master now
      }
      throw error
    }
  }

  isAvoided(brokerName: string): boolean {
    return this.faults.isAvoided(brokerName)
  }

  link(client: ConnectedClient): ClientLink {
    return new ClusterClientLink(client, {
      ...this.deps,
      invoke: (brokerName, command, timeoutMs) => this.invoke(brokerName, command, timeoutMs),
      requireAddress: brokerName => this.requireAddress(brokerName),
      findMasters: async topic => mastersOf(await this.findRoute(topic)),
      openConnection: (address, owner) => this.clientConnections.open(this.client, address, owner),
    })
  }

  relay(client: RelayedClient): Relay {
    return new ClusterRelay(client, {
      ...this.deps,
      requireAddress: brokerName => this.requireAddress(brokerName),
      findMasters: async topic => mastersOf(await this.findRoute(topic)),
      openConnection: (address, owner) => this.clientConnections.open(this.client, address, owner),
    })
  }

  /** Any answer will do. */
  private async ping(brokerName: string, timeoutMs: number): Promise<void> {
    const address = await this.requireAddress(brokerName)
    const command = RemotingCommand.request(RequestCode.GET_MAX_OFFSET, { topic: brokerName, queueId: '0' })
    await this.client.invoke(address, command, timeoutMs)
  }

  /** Every broker has a topic of its own name. Throws BrokerNotFoundError. */
  private async requireAddress(brokerName: string): Promise<string> {
    const masters = mastersOf(await this.findRoute(brokerName))
    const master = masters.find(each => each.brokerName === brokerName)
    if (master === undefined) throw new BrokerNotFoundError(brokerName)
    return master.address
  }
}

/** A broker without a master has none: slaves take nothing that clients behind a proxy ask for. */
function mastersOf(route: TopicRouteData | null): readonly MasterAddress[] {
  return (route?.brokerDatas ?? []).flatMap(({ brokerName, brokerAddrs }) => {
    const address = brokerAddrs.get(0)
    return address === undefined ? [] : [{ brokerName, address }]
  })
}
