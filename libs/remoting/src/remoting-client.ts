import { connect } from 'node:net'
import type { Clock, Component, Disk, Log, Timer } from '@rocketmq-ts/base'
import { type IncomingCommand, type RemotingCommand, SerializeType } from '@rocketmq-ts/protocol'
import { BlockPool } from './block-pool'
import type { Channel, ChannelEventListener } from './channel'
import { ConnectFailedError } from './errors'
import { type CloseReason, type ConnectionContext, RemotingConnection } from './remoting-connection'
import { clientLimits, type RemotingConfig } from './remoting-config'
import { RemotingStatistics } from './remoting-statistics'
import type { RequestHandlers } from './request-handler'
import { peerOf, readHostAndPort } from './socket-address'

export interface RemotingClientDeps {
  readonly clock: Pick<Clock, 'after' | 'every' | 'monotonicMs'>
  readonly disk: Pick<Disk, 'readText'>
  readonly log: Log
  /** For requests that the other side sends on our connections. */
  readonly handlers?: RequestHandlers
  readonly listener?: ChannelEventListener
}

/** Talks to servers by address: one connection each, made when it is needed. */
export class RemotingClient implements Component {
  readonly statistics = new RemotingStatistics()
  private readonly connections = new Map<string, RemotingConnection>()
  private readonly connecting = new Map<string, Promise<RemotingConnection>>()
  private readonly context: ConnectionContext
  private sweeping: Timer | null = null
  private lastId = 0

  constructor(
    private readonly config: RemotingConfig,
    private readonly deps: RemotingClientDeps,
  ) {
    this.context = {
      handlers: new Map(Object.entries(deps.handlers ?? {}).map(([code, handler]) => [Number(code), handler])),
      limits: clientLimits(config),
      serializeType: SerializeType[config['rocketmq.serialize.type']],
      statistics: this.statistics,
      pool: new BlockPool(),
      clock: deps.clock,
      log: deps.log.child({ component: 'remoting-client' }),
      isGoingAway: false,
      onGone: (connection, reason) => this.onGone(connection, reason),
    }
  }

  start(): Promise<void> {
    this.sweeping = this.deps.clock.every(1000, () => {
      const nowMs = this.deps.clock.monotonicMs()
      for (const connection of this.connections.values()) connection.sweep(nowMs)
    })
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.sweeping?.cancel()
    for (const connection of this.connections.values()) connection.destroy()
    await Promise.resolve()
  }

  /** Asks and waits. Rejects with ConnectFailedError, ConnectionLostError, RemotingTimeoutError or TooManyRequestsError. */
  async invoke(address: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const channel = await this.channel(address)
    return await channel.invoke(command, timeoutMs)
  }

  /** Sends and forgets; resolves to false if it was not sent. */
  async sendOneway(address: string, command: RemotingCommand): Promise<boolean> {
    return (await this.channel(address)).sendOneway(command)
  }

  /** The open connection to `address`, made if there is none. Rejects with ConnectFailedError. */
  async channel(address: string): Promise<Channel> {
    const open = this.connections.get(address)
    if (open?.isOpen === true) return open
    let connecting = this.connecting.get(address)
    if (connecting === undefined) {
      connecting = this.connect(address).finally(() => this.connecting.delete(address))
      this.connecting.set(address, connecting)
    }
    return await connecting
  }

  private connect(address: string): Promise<RemotingConnection> {
    const target = readHostAndPort(address)
    if (target === null) return Promise.reject(new ConnectFailedError(address, 'the address is not host:port'))
    return new Promise((resolve, reject) => {
      const socket = connect({ ...target, noDelay: true })
      const timer = this.deps.clock.after(this.config.connectTimeoutMillis, () =>
        socket.destroy(new Error(`no connection within ${this.config.connectTimeoutMillis} ms`)),
      )
      const failed = (cause: Error): void => {
        timer.cancel()
        reject(new ConnectFailedError(address, cause.message, { cause }))
      }
      socket.once('error', failed)
      socket.once('connect', () => {
        timer.cancel()
        socket.off('error', failed)
        this.lastId += 1
        const peer = peerOf(socket.remoteAddress ?? '', socket.remotePort ?? 0)
        const connection = new RemotingConnection(this.lastId, socket, peer, this.context)
        this.connections.set(address, connection)
        this.statistics.connectionCount += 1
        this.statistics.connectionTotal += 1
        this.deps.listener?.onOpen?.(connection)
        connection.open(null)
        resolve(connection)
      })
    })
  }

  private onGone(connection: RemotingConnection, reason: CloseReason): void {
    for (const [address, open] of this.connections) if (open === connection) this.connections.delete(address)
    this.statistics.connectionCount -= 1
    this.deps.listener?.onClose(connection, reason)
  }
}
