import type { Clock, Log } from '@rocketmq-ts/base'
import { heartbeatDataJson, RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import type { HeartbeatData, IncomingCommand } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import type { Brokers, ClientLink, ConnectedClient } from '../brokers'
import { BrokerRefusedError, requireSuccess } from '../refusals'
import { TooManyClientConnectionsError } from './client-connections'
import type { ConnectionOwner } from './client-connections'

/** The master of a broker name. */
export interface MasterAddress {
  readonly brokerName: string
  readonly address: string
}

export interface ClusterClientLinkDeps {
  /** Of all brokers that have the topic. */
  readonly findMasters: (topic: string) => Promise<readonly MasterAddress[]>
  readonly openConnection: (address: string, owner: ConnectionOwner) => Promise<Channel>
  readonly requireAddress: (brokerName: string) => Promise<string>
  /** Over the connection that all clients share. */
  readonly invoke: Brokers['invoke']
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
}

const HEARTBEAT_TIMEOUT_MS = 3000
/** No client waits longer for a broker that may be dead. */
const WAIT_MS_MAX = 1000

/** One client, as the brokers of its topics are told of it: over a connection of its own to each. */
export class ClusterClientLink implements ClientLink {
  private readonly connections = new Map<string, Promise<Channel>>()
  /** Brokers that did not take the last heartbeat: said once. */
  private readonly deaf = new Set<string>()
  private isClosed = false

  constructor(
    private readonly client: ConnectedClient,
    private readonly deps: ClusterClientLinkDeps,
  ) {}

  /** Throws BrokerRefusedError when a broker refuses the client and none takes it. One that cannot be reached is told next time. */
  async heartbeat(heartbeat: HeartbeatData): Promise<void> {
    const masters = await this.findMasters(heartbeat)
    if (this.isClosed) return
    const command = RemotingCommand.request(RequestCode.HEART_BEAT, null, heartbeatDataJson.encode(heartbeat))
    command.language = this.client.language
    const outcomes = await this.within(WAIT_MS_MAX, Promise.all(masters.map(master => this.tell(master, command))))
    const refusal = outcomes?.find(outcome => outcome instanceof BrokerRefusedError)
    if (refusal !== undefined && outcomes?.includes('told') === false) throw refusal
  }

  /** A client for which there is no connection of its own asks over the shared one, and is pushed nothing. */
  async invoke(brokerName: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const address = await this.deps.requireAddress(brokerName)
    try {
      const connection = await this.connectionTo({ address, brokerName })
      return await connection.invoke(command, timeoutMs)
    } catch (error) {
      if (!(error instanceof TooManyClientConnectionsError)) throw error
      return await this.deps.invoke(brokerName, command, timeoutMs)
    }
  }

  close(): void {
    this.isClosed = true
    for (const connection of this.connections.values()) {
      connection.then(
        channel => channel.close('the client has left'),
        () => undefined, // there is none
      )
    }
  }

  /** By their addresses: where the topics are that it sends to (its groups are named like them) or receives from. */
  private async findMasters({ producerDataSet, consumerDataSet }: HeartbeatData): Promise<readonly MasterAddress[]> {
    const topics = new Set([
      ...producerDataSet.map(({ groupName }) => groupName),
      ...consumerDataSet.flatMap(({ subscriptionDataSet }) => subscriptionDataSet.map(({ topic }) => topic)),
    ])
    const masters = await Promise.all([...topics].map(topic => this.deps.findMasters(topic)))
    return [...new Map(masters.flat().map(master => [master.address, master])).values()]
  }

  /** Never rejects. */
  private async tell(master: MasterAddress, command: RemotingCommand): Promise<unknown> {
    const { address } = master
    try {
      const connection = await this.connectionTo(master)
      requireSuccess(await connection.invoke(command, HEARTBEAT_TIMEOUT_MS))
      this.deaf.delete(address)
      return 'told'
    } catch (error) {
      if (!this.deaf.has(address) && !this.isClosed) {
        const { clientId } = this.client
        this.deps.log.warn({ err: error, clientId, address }, 'a broker does not know of a client: it is told again')
      }
      this.deaf.add(address)
      return error
    }
  }

  private connectionTo({ address, brokerName }: MasterAddress): Promise<Channel> {
    const known = this.connections.get(address)
    if (known !== undefined) return known
    const forget = (): void => {
      if (this.connections.get(address) === connection) this.connections.delete(address)
    }
    const { onPush, onCall } = this.client
    const connection = this.deps.openConnection(address, {
      onPush: command => onPush(command, brokerName),
      onCall,
      onClose: forget,
    })
    this.connections.set(address, connection)
    connection.catch(forget)
    return connection
  }

  /** Null: it takes longer, and goes on. */
  private within<T>(limitMs: number, work: Promise<T>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const timer = this.deps.clock.after(limitMs, () => resolve(null))
      work.finally(() => timer.cancel()).then(resolve, reject)
    })
  }
}
