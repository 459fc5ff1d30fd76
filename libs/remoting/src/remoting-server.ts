import { createServer, type Server, type Socket } from 'node:net'
import type { Clock, Component, Disk, Log, PeerError, Timer } from '@rocketmq-ts/base'
import type { ChannelEventListener } from './channel'
import { nextChannelId } from './channel-id'
import { createConnectionContext, type ChangeableContext } from './connection-context'
import { ListenFailedError } from './errors'
import { Handshake, type HandshakeContext } from './handshake/handshake'
import { OpenConnections } from './open-connections'
import { type CloseReason, RemotingConnection } from './remoting-connection'
import { type RemotingConfig, serverLimits } from './remoting-config'
import { RemotingStatistics } from './remoting-statistics'
import type { RequestHandlers } from './request-handler'
import { type Peer, peerOf } from './socket-address'
import { TlsAcceptor } from './tls/tls-acceptor'

const CERTIFICATE_CHECK_PERIOD_MS = 10_000

export interface RemotingServerDeps {
  readonly clock: Pick<Clock, 'after' | 'endOfTurn' | 'every' | 'monotonicMs'>
  /** For certificates and keys. */
  readonly disk: Pick<Disk, 'readText'>
  readonly log: Log
  readonly listener?: ChannelEventListener
}

/**
 * Listens on one port and serves the codes of its handler table on every connection.
 *
 *   accepted ─> Handshake (PROXY header, TLS) ─> RemotingConnection ─> gone
 */
export class RemotingServer implements Component {
  readonly statistics = new RemotingStatistics()
  private readonly log: Log
  private readonly handshakes = new Set<Handshake>()
  private readonly connections: OpenConnections
  private readonly handshakeContext: HandshakeContext
  private readonly context: ChangeableContext
  private readonly tls: TlsAcceptor
  private server: Server | null = null
  private timers: readonly Timer[] = []
  private stopping: Promise<void> | null = null
  private reportedRefusals = 0

  constructor(
    private readonly config: RemotingConfig,
    handlers: RequestHandlers,
    private readonly deps: RemotingServerDeps,
  ) {
    this.log = deps.log.child({ component: 'remoting-server' })
    this.connections = new OpenConnections(deps.clock)
    this.tls = new TlsAcceptor(config, { disk: deps.disk, log: this.log })
    this.context = createConnectionContext({
      handlers,
      config,
      limits: serverLimits(config),
      statistics: this.statistics,
      connections: this.connections,
      clock: deps.clock,
      log: this.log,
      onGone: (connection, reason) => this.onGone(connection, reason),
    })
    this.handshakeContext = {
      clock: deps.clock,
      tlsMode: config['tls.server.mode'],
      tls: this.tls,
      idleTimeoutMs: this.context.limits.idleTimeoutMs,
      handshakeTimeoutMs: config.handshakeTimeoutMs,
      onReady: (handshake, socket, peer, firstBytes) => this.open(handshake, socket, peer, firstBytes),
      onFailed: (handshake, error) => this.refuse(handshake, error),
    }
  }

  /** The port that is listened on, also when the configuration says 0. Throws unless started. */
  get port(): number {
    const address = this.server?.address()
    if (typeof address !== 'object' || address === null) throw new Error('the server does not listen')
    return address.port
  }

  /** `bindAddress:port` that is listened on. Throws unless started. */
  get address(): string {
    return peerOf(this.config.bindAddress, this.port).remoteAddress
  }

  /** Rejects with ListenFailedError, or ConfigError for a certificate that cannot be used. */
  async start(): Promise<void> {
    const { config } = this
    if (config['tls.server.mode'] !== 'disabled') await this.tls.prepare()
    this.server = await listen(config, socket => this.accept(socket))
    this.server.on('error', err => this.log.warn({ err }, 'cannot accept a connection'))
    this.timers = [
      this.connections.sweepRegularly(nowMs => this.sweep(nowMs)),
      this.deps.clock.every(CERTIFICATE_CHECK_PERIOD_MS, () => void this.tls.refresh()),
    ]
  }

  stop(): Promise<void> {
    this.stopping ??= this.close()
    return this.stopping
  }

  private async close(): Promise<void> {
    const { server, config } = this
    if (server === null) return
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const handshake of this.handshakes) handshake.socket.destroy()
    if (config.enableShutdownGracefully) {
      this.context.isGoingAway = true
      await this.connections.emptyWithin(config.shutdownWaitTimeSeconds * 1000)
    }
    this.connections.finishAll()
    await this.connections.emptyWithin(config.stopTimeoutMs)
    this.connections.destroyAll()
    await closed
    for (const timer of this.timers) timer.cancel()
  }

  private accept(socket: Socket): void {
    const { statistics } = this
    if (statistics.connectionCount >= this.config.connectionCountMax) {
      statistics.refusedConnectionTotal += 1
      socket.destroy()
      return
    }
    statistics.connectionCount += 1
    statistics.connectionTotal += 1
    const handshake = new Handshake(socket, this.handshakeContext)
    this.handshakes.add(handshake)
    socket.on('error', err => this.log.debug({ err, remoteAddress: handshake.remoteAddress }, 'connection broke'))
    socket.once('close', () => {
      statistics.connectionCount -= 1
      this.handshakes.delete(handshake)
    })
    handshake.begin()
  }

  private open(handshake: Handshake, socket: Socket, peer: Peer, firstBytes: Buffer | null): void {
    this.handshakes.delete(handshake)
    const connection = new RemotingConnection(nextChannelId(), socket, peer, this.context)
    this.connections.add(connection)
    this.deps.listener?.onOpen?.(connection)
    connection.open(firstBytes)
  }

  private refuse({ socket, remoteAddress }: Handshake, error: PeerError): void {
    this.statistics.badHandshakeTotal += 1
    this.log.warn({ err: error, remoteAddress }, 'closing connection')
    socket.destroy()
  }

  private onGone(connection: RemotingConnection, reason: CloseReason): void {
    this.connections.delete(connection)
    this.deps.listener?.onClose(connection, reason)
  }

  private sweep(nowMs: number): void {
    for (const handshake of this.handshakes) {
      if (!handshake.isOverdue(nowMs)) continue
      this.statistics.idleConnectionTotal += 1
      handshake.socket.destroy()
    }
    const refusedCount = this.statistics.refusedConnectionTotal - this.reportedRefusals
    if (refusedCount > 0) this.log.warn({ refusedCount }, 'too many connections: see connectionCountMax')
    this.reportedRefusals += refusedCount
  }
}

function listen(config: RemotingConfig, onConnection: (socket: Socket) => void): Promise<Server> {
  const { bindAddress, listenPort: port, serverSocketBacklog: backlog } = config
  const server = createServer({ noDelay: true }, onConnection)
  // As in Java, 0.0.0.0 takes IPv6 too where there is any: that is what Node makes of no host.
  const host = bindAddress === '0.0.0.0' ? {} : { host: bindAddress }
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(listenFailed(`${bindAddress}:${port}`, error))
    server.once('error', failed)
    server.listen({ ...host, port, backlog }, () => {
      server.off('error', failed)
      resolve(server)
    })
  })
}

function listenFailed(address: string, error: NodeJS.ErrnoException): ListenFailedError {
  const cause = { cause: error }
  if (error.code === 'EADDRINUSE') {
    return new ListenFailedError(`${address} is in use: stop what listens there, or set another listenPort`, cause)
  }
  if (error.code === 'EADDRNOTAVAIL') {
    return new ListenFailedError(
      `${address} is no address of this machine: set bindAddress to one, or to 0.0.0.0`,
      cause,
    )
  }
  if (error.code === 'EACCES') {
    return new ListenFailedError(`${address} needs privileges: set listenPort to 1024 or more`, cause)
  }
  return new ListenFailedError(`cannot listen on ${address}: ${error.message}`, cause)
}
