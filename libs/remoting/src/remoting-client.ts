import type { ConnectionOptions } from 'node:tls'
import type { Clock, Component, Disk, Log, Timer } from '@rocketmq-ts/base'
import { type IncomingCommand, type RemotingCommand, ResponseCode } from '@rocketmq-ts/protocol'
import type { Channel, ChannelEventListener } from './channel'
import { nextChannelId } from './channel-id'
import { connect } from './connect'
import { type ConnectionContext, createConnectionContext } from './connection-context'
import { ConnectFailedError, RemotingTimeoutError } from './errors'
import { OpenConnections } from './open-connections'
import { type CloseReason, RemotingConnection } from './remoting-connection'
import { clientLimits, type RemotingConfig } from './remoting-config'
import { RemotingStatistics } from './remoting-statistics'
import type { RequestHandlers } from './request-handler'
import { peerOf } from './socket-address'
import { clientTlsOptions } from './tls/tls-options'

export interface RemotingClientDeps {
  readonly clock: Pick<Clock, 'after' | 'endOfTurn' | 'every' | 'monotonicMs'>
  /** For certificates and keys. */
  readonly disk: Pick<Disk, 'readText'>
  readonly log: Log
  /** For requests that the other side sends on our connections. */
  readonly handlers?: RequestHandlers
  readonly listener?: ChannelEventListener
}

/** Talks to servers by address: one connection to each, made when it is needed, closed when it is idle. */
export class RemotingClient implements Component {
  readonly statistics = new RemotingStatistics()
  private readonly byAddress = new Map<string, RemotingConnection>()
  private readonly connecting = new Map<string, Promise<RemotingConnection>>()
  /** Every attempt under way, of those that nobody else uses too. */
  private readonly attempts = new Set<Promise<RemotingConnection>>()
  /** All that are open, those too that are no longer used for anything new. */
  private readonly connections: OpenConnections
  private readonly context: ConnectionContext
  private readonly stopped = new AbortController()
  private tlsOptions: ConnectionOptions | null = null
  private sweeping: Timer | null = null

  constructor(
    private readonly config: RemotingConfig,
    private readonly deps: RemotingClientDeps,
  ) {
    this.connections = new OpenConnections(deps.clock)
    this.context = createConnectionContext({
      handlers: deps.handlers ?? {},
      config,
      limits: clientLimits(config),
      statistics: this.statistics,
      connections: this.connections,
      clock: deps.clock,
      log: deps.log.child({ component: 'remoting-client' }),
      onGone: (connection, reason) => this.onGone(connection, reason),
    })
  }

  /** Rejects with ConfigError when TLS is on and its files cannot be used. */
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws must reject
  async start(): Promise<void> {
    const { config, deps } = this
    if (config['tls.enable']) this.tlsOptions = clientTlsOptions(config, deps.disk)
    this.sweeping = this.connections.sweepRegularly(() => undefined)
  }

  /** Ends every connection at once: what waits for an answer rejects. */
  async stop(): Promise<void> {
    this.stopped.abort()
    this.sweeping?.cancel()
    await Promise.allSettled(this.attempts)
    this.connections.destroyAll()
    await this.connections.emptyWithin(this.config.stopTimeoutMs)
  }

  /** Asks and waits. Rejects with ConnectFailedError, ConnectionLostError, RemotingTimeoutError or TooManyRequestsError. */
  async invoke(address: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const startMs = this.deps.clock.monotonicMs()
    const response = await this.invokeOnce(address, command, timeoutMs)
    if (response.code !== ResponseCode.GO_AWAY || !this.config.enableReconnectForGoAway) return response
    const leftMs = timeoutMs - (this.deps.clock.monotonicMs() - startMs)
    return await this.invokeOnce(address, command, Math.max(1, leftMs))
  }

  /** Sends and forgets; false if it was not sent because the peer is slow. Rejects with ConnectFailedError. */
  async sendOneway(address: string, command: RemotingCommand): Promise<boolean> {
    return (await this.connection(address)).sendOneway(command)
  }

  /** The open connection to `address`, made if there is none. Rejects with ConnectFailedError. */
  async channel(address: string): Promise<Channel> {
    return await this.connection(address)
  }

  /** A new connection to `address` that nobody else uses, until its caller closes it. Rejects with ConnectFailedError. */
  async ownChannel(address: string): Promise<Channel> {
    return await this.attempt(address)
  }

  private async invokeOnce(address: string, command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const { clock } = this.deps
    const startMs = clock.monotonicMs()
    const connection = await this.connectionWithin(address, timeoutMs)
    const receivedBytes = connection.receivedBytes
    try {
      const response = await connection.invoke(command, timeoutMs - (clock.monotonicMs() - startMs))
      if (response.code === ResponseCode.GO_AWAY) this.retire(address, connection)
      return response
    } catch (error) {
      // Not a byte in all that time: the other end may be gone without a word. The next request connects anew.
      const isSilent = error instanceof RemotingTimeoutError && connection.receivedBytes === receivedBytes
      if (isSilent && this.config.clientCloseSocketIfTimeout) connection.close('no answer')
      throw error
    }
  }

  /** Uses the connection for nothing new; what waits on it may still come. */
  private retire(address: string, connection: RemotingConnection): void {
    if (this.byAddress.get(address) === connection) this.byAddress.delete(address)
    connection.finish()
  }

  private async connectionWithin(address: string, timeoutMs: number): Promise<RemotingConnection> {
    const open = this.byAddress.get(address)
    if (open?.isOpen === true) return open
    return await new Promise((resolve, reject) => {
      const timer = this.deps.clock.after(timeoutMs, () =>
        reject(new ConnectFailedError(address, `no connection within ${timeoutMs} ms`)),
      )
      this.connection(address)
        .finally(() => timer.cancel())
        .then(resolve, reject)
    })
  }

  private async connection(address: string): Promise<RemotingConnection> {
    const open = this.byAddress.get(address)
    if (open?.isOpen === true) return open
    let connecting = this.connecting.get(address)
    if (connecting === undefined) {
      connecting = this.attempt(address).finally(() => this.connecting.delete(address))
      this.connecting.set(address, connecting)
    }
    const connection = await connecting
    if (connection.isOpen) this.byAddress.set(address, connection)
    return connection
  }

  private attempt(address: string): Promise<RemotingConnection> {
    const attempt = this.connect(address).finally(() => this.attempts.delete(attempt))
    this.attempts.add(attempt)
    return attempt
  }

  private async connect(address: string): Promise<RemotingConnection> {
    const { config, statistics } = this
    const socket = await connect({
      address,
      timeoutMs: config.connectTimeoutMillis,
      tls: this.tlsOptions,
      clock: this.deps.clock,
      signal: this.stopped.signal,
    })
    const peer = peerOf(socket.remoteAddress ?? '', socket.remotePort ?? 0)
    const connection = new RemotingConnection(nextChannelId(), socket, peer, this.context)
    this.connections.add(connection)
    statistics.connectionCount += 1
    statistics.connectionTotal += 1
    this.deps.listener?.onOpen?.(connection)
    connection.open(null)
    return connection
  }

  private onGone(connection: RemotingConnection, reason: CloseReason): void {
    for (const [address, known] of this.byAddress) if (known === connection) this.byAddress.delete(address)
    this.connections.delete(connection)
    this.statistics.connectionCount -= 1
    this.deps.listener?.onClose(connection, reason)
  }
}
