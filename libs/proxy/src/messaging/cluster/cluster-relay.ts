import type { Log } from '@rocketmq-ts/base'
import { CommandFlag, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import { clientAnswer } from '../client-answer'
import { BrokerNotNamedError } from '../refusals'
import type { Relay, RelayedClient } from '../relays'
import type { ConnectionOwner } from './client-connections'
import type { MasterAddress } from './cluster-client-link'
import { addresseesOf } from './unnamed-requests'
import type { Addressees } from './unnamed-requests'

export interface ClusterRelayDeps {
  /** Throws BrokerNotFoundError. */
  readonly requireAddress: (brokerName: string) => Promise<string>
  /** Of all brokers that have the topic. */
  readonly findMasters: (topic: string) => Promise<readonly MasterAddress[]>
  readonly openConnection: (address: string, owner: ConnectionOwner) => Promise<Channel>
  readonly log: Log
}

const HEARTBEAT_TIMEOUT_MS = 3000

/** One remoting client, with a connection of its own to each broker that it has to do with. */
export class ClusterRelay implements Relay {
  private readonly connections = new Map<string, Promise<Channel>>()
  /** Told to each broker that is new to the client, before anything else. */
  private heartbeat: RemotingCommand | null = null
  private isClosed = false

  constructor(
    private readonly client: RelayedClient,
    private readonly deps: ClusterRelayDeps,
  ) {}

  async call(brokerName: string | null, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    if (command.code === RequestCode.HEART_BEAT) this.heartbeat = command
    if (command.code === RequestCode.UNREGISTER_CLIENT) this.heartbeat = null
    const addresses = await this.addressesFor(brokerName, command)
    const answers = await Promise.allSettled(addresses.map(address => this.ask(address, command, timeoutMs)))
    const [first] = answers
    if (first === undefined) return nobodyToTell()
    const answered = answers.find(answer => answer.status === 'fulfilled')
    if (answered !== undefined) return answered.value
    throw (first as PromiseRejectedResult).reason
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

  private async addressesFor(brokerName: string | null, command: RemotingCommand): Promise<readonly string[]> {
    const addressees = brokerName === null ? addresseesOf(command) : null
    const named = brokerName ?? addressees?.brokerName
    if (named !== undefined) return [await this.deps.requireAddress(named)]
    if (addressees === null) throw new BrokerNotNamedError()
    const addresses = await this.addressesOf(addressees)
    if (addresses.length === 0 && !addressees.all) throw new BrokerNotNamedError()
    return addressees.all ? addresses : addresses.slice(0, 1)
  }

  private async addressesOf({ topics, all }: Addressees): Promise<readonly string[]> {
    const masters = await Promise.all(topics.map(topic => this.deps.findMasters(topic)))
    const addresses = masters.flat().map(({ address }) => address)
    const known = all || addresses.length === 0 ? [...this.connections.keys()] : []
    return [...new Set([...addresses, ...known])]
  }

  private async ask(address: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const channel = await this.connectionTo(address)
    if (!isOneway(command)) return await channel.invoke(command, timeoutMs)
    channel.sendOneway(command)
    return nobodyToTell()
  }

  private connectionTo(address: string): Promise<Channel> {
    const known = this.connections.get(address)
    if (known !== undefined) return known
    const forget = (): void => {
      if (this.connections.get(address) === connection) this.connections.delete(address)
    }
    const connection = this.open(address, forget)
    this.connections.set(address, connection)
    connection.catch(forget)
    return connection
  }

  /** A broker must know of a client before it serves some of what it asks. */
  private async open(address: string, onClose: () => void): Promise<Channel> {
    const { onPush, onCall } = this.client
    const channel = await this.deps.openConnection(address, { onPush: push => onPush(outgoing(push)), onCall, onClose })
    if (this.isClosed) channel.close('the client has left')
    const { heartbeat } = this
    if (heartbeat !== null) {
      await channel.invoke(heartbeat, HEARTBEAT_TIMEOUT_MS).catch((err: unknown) => {
        this.deps.log.debug({ err, address }, 'a broker does not know of a client yet: its next heartbeat will tell')
      })
    }
    return channel
  }
}

function isOneway({ flag }: RemotingCommand): boolean {
  return (flag & CommandFlag.ONEWAY) !== 0
}

function outgoing({ code, language, version, flag, remark, extFields, body }: IncomingCommand): RemotingCommand {
  const command = RemotingCommand.request(code, extFields, body)
  return Object.assign(command, { language, version, flag, remark })
}

/** No broker has to know, yet or ever: the next one that the client turns to is told then. */
function nobodyToTell(): IncomingCommand {
  return clientAnswer({ code: ResponseCode.SUCCESS })
}
