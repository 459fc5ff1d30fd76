import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Clock, Component, Disk, Log, PeerError, Timer } from '@rocketmq-ts/base'
import { Handshake, peerOf, readHostAndPort, TlsAcceptor } from '@rocketmq-ts/remoting'
import type { HandshakeContext, Peer, TlsConfig } from '@rocketmq-ts/remoting'
import { isLoopback } from '@rocketmq-ts/shell'
import { listenOn } from '../listen-on'
import type { ProxyConfig } from '../proxy-config'
import { proxyTlsConfig } from './proxy-tls-config'
import type { ProxyTlsKeys } from './proxy-tls-config'

export type GrpcListenerConfig = Pick<ProxyConfig, 'bindAddress' | 'grpcClientIdleTimeMills' | 'grpcServerPort'> &
  ProxyTlsKeys &
  TlsConfig & { readonly handshakeTimeoutMs: number }

export interface GrpcListenerDeps {
  readonly clock: Pick<Clock, 'every' | 'monotonicMs'>
  /** For the certificate and its key. */
  readonly disk: Pick<Disk, 'readText'>
  readonly log: Log
  /** When the port is in use, a free one will do. */
  readonly mayListenElsewhere: boolean
  /** A client is there: `socket` is plain, and knows the client's own address. */
  readonly onConnection: (socket: Socket) => void
}

/** One more is closed at once. */
const GRPC_CONNECTION_COUNT_MAX = 10_000
const SWEEP_MS = 1000
/** A client whose machine has vanished is found out by the operating system. */
const TCP_KEEP_ALIVE_MS = 60_000
/** HTTP/2, as TLS clients ask for it. */
const ALPN_PROTOCOLS = ['h2']

/**
 * The port of gRPC clients, plain and TLS, told apart by their first byte; a load balancer may say before it who they are.
 * Source: proxy/grpc/ProxyAndTlsProtocolNegotiator.java
 */
export class GrpcListener implements Component {
  private readonly handshakes = new Set<Handshake>()
  private readonly handshakeContext: HandshakeContext
  private readonly tls: TlsAcceptor
  private server: Server | null = null
  private timers: readonly Timer[] = []

  constructor(
    private readonly config: GrpcListenerConfig,
    private readonly deps: GrpcListenerDeps,
  ) {
    this.tls = new TlsAcceptor(proxyTlsConfig(config), deps, ALPN_PROTOCOLS)
    this.handshakeContext = {
      clock: deps.clock,
      tlsMode: config['tls.server.mode'],
      tls: this.tls,
      idleTimeoutMs: config.grpcClientIdleTimeMills,
      handshakeTimeoutMs: config.handshakeTimeoutMs,
      onReady: (handshake, socket, peer, firstBytes) => this.handOver(handshake, socket, peer, firstBytes),
      onFailed: (handshake, error) => this.refuse(handshake, error),
    }
  }

  /** `ip:port`. Throws unless started. */
  get address(): string {
    const address = this.server?.address() as AddressInfo | null | undefined
    if (address === null || address === undefined) throw new Error('the gRPC port is not open')
    return peerOf(address.address, address.port).remoteAddress
  }

  /** Those that still say who they are among them. */
  connectionCount(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.server === null) resolve(0)
      else this.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
    })
  }

  /** Rejects with ListenFailedError, or ConfigError for a certificate that cannot be used. */
  async start(): Promise<void> {
    const { clock, log } = this.deps
    const { bindAddress: host, grpcServerPort: port, tlsCertWatchIntervalMs } = this.config
    if (this.config['tls.server.mode'] !== 'disabled') await this.tls.prepare()
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS }
    this.server = createServer(options, socket => this.accept(socket))
    this.server.maxConnections = GRPC_CONNECTION_COUNT_MAX
    await listenOn(this.server, { what: 'gRPC', host, port, key: 'grpcServerPort' }, this.deps)
    this.server.on('error', err => log.warn({ err }, 'cannot accept a connection'))
    this.timers = [
      clock.every(SWEEP_MS, () => this.sweep()),
      clock.every(tlsCertWatchIntervalMs, () => void this.tls.refresh()),
    ]
  }

  /** Nobody comes in any more; those who have stay. */
  stop(): Promise<void> {
    for (const timer of this.timers) timer.cancel()
    this.server?.close()
    for (const { socket } of this.handshakes) socket.destroy()
    return Promise.resolve()
  }

  private accept(socket: Socket): void {
    const handshake = new Handshake(socket, this.handshakeContext)
    this.handshakes.add(handshake)
    socket.on('error', err => this.deps.log.debug({ err, remoteAddress: handshake.remoteAddress }, 'connection broke'))
    socket.once('close', () => this.handshakes.delete(handshake))
    handshake.begin()
  }

  private handOver(handshake: Handshake, socket: Socket, peer: Peer, firstBytes: Buffer | null): void {
    this.handshakes.delete(handshake)
    socket.pause()
    if (firstBytes !== null) socket.unshift(firstBytes)
    showPeer(socket, peer)
    this.deps.onConnection(socket)
  }

  private refuse({ socket, remoteAddress }: Handshake, error: PeerError): void {
    this.deps.log.warn({ err: error, remoteAddress }, 'closing connection')
    socket.destroy()
  }

  private sweep(): void {
    const nowMs = this.deps.clock.monotonicMs()
    for (const handshake of this.handshakes) if (handshake.isOverdue(nowMs)) handshake.socket.destroy()
  }
}

/**
 * Whoever serves the connection asks its socket who is there: the answer is the client, not the balancer before us. That it
 * is this machine is believed from this machine only: some things are served to no one else.
 */
function showPeer(socket: Socket, { remoteAddress }: Peer): void {
  const { host = '', port = 0 } = readHostAndPort(remoteAddress) ?? {}
  if (isLoopback(host) && !isLoopback(socket.remoteAddress ?? '')) return
  Object.defineProperties(socket, { remoteAddress: { value: host }, remotePort: { value: port } })
}
