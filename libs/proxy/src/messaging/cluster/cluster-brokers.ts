import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import { RequestCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand, RemotingCommand, TopicRouteData } from '@rocketmq-ts/protocol'
import { RemotingClient } from '@rocketmq-ts/remoting'
import type { RemotingConfig } from '@rocketmq-ts/remoting'
import type { Brokers, ClientLink, ConnectedClient } from '../brokers'
import { KeptValues } from '../kept-values'
import type { KeptValuesLimits } from '../kept-values'
import { BrokerNotFoundError } from '../refusals'
import type { Relay, RelayedClient, Relays } from '../relays'
import { BrokerFaults } from './broker-faults'
import { ClientConnections } from './client-connections'
import { ClusterClientLink } from './cluster-client-link'
import type { MasterAddress } from './cluster-client-link'
import { ClusterRelay } from './cluster-relay'
import { NameServers } from './name-servers'

export interface ClusterBrokersConfig extends RemotingConfig {
  readonly namesrvAddr: string
  readonly sendLatencyEnable: boolean
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
  private readonly clientConnections: ClientConnections

  /** Throws ConfigError when no NameServer is given. */
  constructor(
    config: ClusterBrokersConfig,
    private readonly deps: ClusterBrokersDeps,
  ) {
    this.faults = new BrokerFaults(config, deps)
    this.clientConnections = new ClientConnections(config)
    const { handlers, listener } = this.clientConnections
    this.client = new RemotingClient(config, { ...deps, handlers, listener })
    const nameServers = new NameServers(config.namesrvAddr, { ...deps, client: this.client })
    this.routes = new KeptValues(deps.routeLimits, topic => nameServers.findRoute(topic), {
      ...deps,
      isWorthKeeping: route => route !== null, // the topic may be made at any moment
    })
  }

  async start(): Promise<void> {
    await this.client.start()
  }

  async stop(): Promise<void> {
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
