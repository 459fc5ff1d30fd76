import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { type Clock, type Component, type Disk, type Log, type Timer } from '@rocketmq-ts/base'
import { SerializeType } from '@rocketmq-ts/protocol'
import { BlockPool } from './block-pool'
import type { ChannelEventListener } from './channel'
import { ListenFailedError } from './errors'
import { type CloseReason, type ConnectionContext, RemotingConnection } from './remoting-connection'
import { type RemotingConfig, serverLimits } from './remoting-config'
import { RemotingStatistics } from './remoting-statistics'
import type { RequestHandler, RequestHandlers } from './request-handler'
import { type Peer, peerOf } from './socket-address'

const SWEEP_PERIOD_MS = 1000

export interface RemotingServerDeps {
  readonly clock: Pick<Clock, 'after' | 'every' | 'monotonicMs'>
  readonly disk: Pick<Disk, 'readText'>
  readonly log: Log
  readonly listener?: ChannelEventListener
}

/** Listens on one port and serves the codes of its handler table on every connection. */
export class RemotingServer implements Component {
  readonly statistics = new RemotingStatistics()
  private readonly log: Log
  private readonly connections = new Set<RemotingConnection>()
  private readonly context: ConnectionContext & { isGoingAway: boolean }
  private server: Server | null = null
  private sweeping: Timer | null = null
  private lastId = 0

  constructor(
    private readonly config: RemotingConfig,
    handlers: RequestHandlers,
    private readonly deps: RemotingServerDeps,
  ) {
    this.log = deps.log.child({ component: 'remoting-server' })
    this.context = {
      handlers: new Map(Object.entries(handlers).map(([code, handler]) => [Number(code), handler])),
      limits: serverLimits(config),
      serializeType: SerializeType[config['rocketmq.serialize.type']],
      statistics: this.statistics,
      pool: new BlockPool(),
      clock: deps.clock,
      log: this.log,
      isGoingAway: false,
      onGone: (connection, reason) => this.onGone(connection, reason),
    }
  }

  /** The port that is listened on, also when the configuration says 0. Throws unless started. */
  get port(): number {
    return this.listening().port
  }

  /** `ip:port` that is listened on. Throws unless started. */
  get address(): string {
    const { address, port } = this.listening()
    return peerOf(address, port).remoteAddress
  }

  async start(): Promise<void> {
    const { bindAddress, listenPort, serverSocketBacklog } = this.config
    const server = createServer({ noDelay: true }, socket => this.accept(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(listenFailed(`${bindAddress}:${listenPort}`, error)),
      )
      server.listen({ host: bindAddress, port: listenPort, backlog: serverSocketBacklog }, resolve)
    })
    server.removeAllListeners('error')
    server.on('error', err => this.log.warn({ err }, 'cannot accept a connection'))
    this.server = server
    this.sweeping = this.deps.clock.every(SWEEP_PERIOD_MS, () => this.sweep())
  }

  async stop(): Promise<void> {
    this.server?.close()
    for (const connection of this.connections) connection.destroy()
    this.sweeping?.cancel()
    await Promise.resolve()
  }

  private listening(): AddressInfo {
    const address = this.server?.address()
    if (typeof address !== 'object' || address === null) throw new Error('the server is not started')
    return address
  }

  private accept(socket: Socket): void {
    this.statistics.connectionCount += 1
    this.statistics.connectionTotal += 1
    this.open(socket, peerOf(socket.remoteAddress ?? '', socket.remotePort ?? 0), null)
  }

  private open(socket: Socket, peer: Peer, firstBytes: Buffer | null): void {
    this.lastId += 1
    const connection = new RemotingConnection(this.lastId, socket, peer, this.context)
    this.connections.add(connection)
    this.deps.listener?.onOpen?.(connection)
    connection.open(firstBytes)
  }

  private onGone(connection: RemotingConnection, reason: CloseReason): void {
    this.connections.delete(connection)
    this.statistics.connectionCount -= 1
    this.deps.listener?.onClose(connection, reason)
  }

  private sweep(): void {
    const nowMs = this.deps.clock.monotonicMs()
    for (const connection of this.connections) connection.sweep(nowMs)
  }
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
