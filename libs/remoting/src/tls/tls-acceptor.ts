import type { Socket } from 'node:net'
import { createServer, type Server, type TlsOptions, type TLSSocket } from 'node:tls'
import { ConfigError, type Disk, type Log, type PeerError } from '@rocketmq-ts/base'
import { BadHandshakeError } from '../errors'
import type { TlsConfig } from './tls-config'
import { serverTlsOptions, withTlsFile } from './tls-options'

interface Waiting {
  readonly resolve: (socket: TLSSocket) => void
  readonly reject: (error: PeerError) => void
}

interface Serving {
  readonly server: Server
  /** The certificate that new connections get. */
  options: TlsOptions
}

/** The server's side of TLS handshakes, on sockets that somebody else accepted. */
export class TlsAcceptor {
  private serving: Promise<Serving> | null = null
  private readonly waiting = new Map<string, Waiting>()

  constructor(
    private readonly config: TlsConfig,
    private readonly deps: { readonly disk: Pick<Disk, 'readText'>; readonly log: Log },
    /** What may be spoken inside; empty: clients are not asked. */
    private readonly alpnProtocols: readonly string[] = [],
  ) {}

  /**
   * Reads the certificate, to find out at once whether it can be used. Rejects with ConfigError. One of our own making
   * has time until somebody needs it.
   */
  async prepare(): Promise<void> {
    if (!this.effectiveConfig()['tls.test.mode.enable']) await this.start()
  }

  /** `socket` is paused, and what was read of it is put back. Rejects with BadHandshakeError. */
  async accept(socket: Socket): Promise<TLSSocket> {
    const { server } = await this.startForPeer()
    return await new Promise((resolve, reject) => {
      const key = keyOf(socket)
      this.waiting.set(key, { resolve, reject })
      socket.once('close', () => {
        this.waiting.delete(key)
        reject(new BadHandshakeError('connection closed during the TLS handshake'))
      })
      server.emit('connection', socket)
    })
  }

  /** Gives connections from now on the certificate that was renewed in its files, if it was. Never rejects. */
  async refresh(): Promise<void> {
    const { deps } = this
    try {
      const config = this.effectiveConfig()
      const serving = await this.serving
      if (serving === null || config['tls.test.mode.enable']) return
      const options = await serverTlsOptions(config, deps.disk)
      const { cert, key, ca } = serving.options
      if (options.cert === cert && options.key === key && options.ca === ca) return
      serving.server.setSecureContext(options)
      serving.options = options
      deps.log.info({ certPath: config['tls.server.certPath'] }, 'TLS certificate renewed')
    } catch (err) {
      deps.log.warn({ err }, 'the renewed TLS certificate cannot be used, the old one stays')
    }
  }

  private effectiveConfig(): TlsConfig {
    return withTlsFile(this.config, this.deps.disk)
  }

  private async startForPeer(): Promise<Serving> {
    try {
      return await this.start()
    } catch (err) {
      this.deps.log.error({ err }, 'TLS cannot be served')
      throw new BadHandshakeError('TLS cannot be served', { cause: err })
    }
  }

  private start(): Promise<Serving> {
    this.serving ??= this.createServer()
    return this.serving
  }

  private async createServer(): Promise<Serving> {
    const config = this.effectiveConfig()
    const options = await serverTlsOptions(config, this.deps.disk)
    const alpn = this.alpnProtocols.length === 0 ? {} : { ALPNProtocols: [...this.alpnProtocols] }
    const server = createTlsServer({ ...options, ...alpn })
    server.on('secureConnection', socket => {
      socket.on('error', () => undefined) // until its owner listens, and for those that get none
      this.settle(socket, certificateProblem(socket, config))
    })
    server.on('tlsClientError', (error, socket) => this.settle(socket, error.message))
    return { server, options }
  }

  private settle(socket: TLSSocket, problem: string | null): void {
    const key = keyOf(socket)
    const waiting = this.waiting.get(key)
    this.waiting.delete(key)
    if (problem === null) waiting?.resolve(socket)
    else waiting?.reject(new BadHandshakeError(`TLS handshake failed: ${problem}`))
  }
}

function createTlsServer(options: TlsOptions): Server {
  try {
    return createServer(options)
  } catch (cause) {
    throw new ConfigError([`tls.server.*: ${(cause as Error).message}`])
  }
}

/** A TLS socket has the addresses of the socket it runs on. */
function keyOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress ?? ''} ${remoteAddress ?? ''} ${remotePort ?? 0}`
}

/** What is wrong with the client's certificate; null if nothing is. */
function certificateProblem(socket: TLSSocket, config: TlsConfig): string | null {
  const need = config['tls.server.need.client.auth']
  if (config['tls.test.mode.enable'] || need === 'none') return null
  const hasCertificate = Object.keys(socket.getPeerCertificate()).length > 0
  if (!hasCertificate) return need === 'require' ? 'the client has no certificate' : null
  if (!config['tls.server.authClient'] || socket.authorized) return null
  return `the client's certificate is not trusted: ${String(socket.authorizationError)}`
}
