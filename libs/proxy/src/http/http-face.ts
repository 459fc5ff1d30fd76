import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock, Component, Log } from '@rocketmq-ts/base'
import type { Authenticator } from '../authentication/authenticator'
import { listenOn } from '../listen-on'
import type { Messaging } from '../messaging/messaging'
import type { ProxyConfig } from '../proxy-config'
import type { SharedState } from '../shared-state/shared-state'
import type { CountedElsewhere, HttpApp } from './create-http-app'
import type { HttpRooms } from './http-rooms'
import { SilentConnections } from './silent-connections'
import { SlowBodies } from './slow-bodies'
import { serveUpgrades } from './upgrades'

export interface HttpFaceDeps extends CountedElsewhere {
  readonly messaging: Messaging
  readonly shared: SharedState
  readonly renewals: HttpRooms['renewals']
  readonly clock: Clock
  readonly log: Log
  /** When the port is in use, a free one will do. */
  readonly mayListenElsewhere: boolean
  /** Null: whoever calls is served. */
  readonly authenticator: Authenticator | null
}

const MS_PER_SECOND = 1000
/** Between two looks, at a stop. */
const IDLE_LOOK_MS = 50
/** One more is closed at once. */
const HTTP_CONNECTION_COUNT_MAX = 10_000
const HTTP_HEADER_BYTES_MAX = 32 * 1024
/** That a client may take to send the headers of a request. */
const HTTP_HEADERS_MS_MAX = 30_000
const HTTP_IDLE_MS_MAX = 60_000

/**
 * The port of the HTTP API. It is open from the start; what serves it is loaded with its first request, so that nobody
 * who does not use it waits for it, or has it in memory. As with gRPC its two parts stop at different times: first nobody
 * comes in, last the requests end.
 */
export class HttpFace {
  private readonly server: Server
  private readonly silent: SilentConnections
  private readonly bodies: SlowBodies
  private app: Promise<HttpApp> | null = null
  private ended: Promise<void> = Promise.resolve()
  private readonly stopping = new AbortController()

  constructor(
    private readonly config: ProxyConfig,
    private readonly deps: HttpFaceDeps,
  ) {
    const limits = {
      maxHeaderSize: HTTP_HEADER_BYTES_MAX,
      headersTimeout: HTTP_HEADERS_MS_MAX,
      requestTimeout: 0, // it would end requests whose lines still come
      keepAliveTimeout: HTTP_IDLE_MS_MAX,
    }
    this.server = createServer({ ...limits, noDelay: true }, (request, response) => this.serve(request, response))
    this.server.maxConnections = HTTP_CONNECTION_COUNT_MAX
    this.silent = new SilentConnections(this.server)
    this.bodies = new SlowBodies(this.server, deps.clock)
    serveUpgrades(this.server, (request, socket, head) => this.upgrade(request, socket, head))
  }

  readonly requests: Component = {
    start: () => Promise.resolve(),
    stop: () => this.endRequests(),
  }

  readonly listener: Component = {
    start: () => this.listen(),
    stop: () => this.stopListening(),
  }

  /** `ip:port`. Throws unless started. */
  get address(): string {
    const address = this.server.address() as AddressInfo | null
    if (address === null) throw new Error('the HTTP port is not open')
    return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.withApp(
      app => app.serve(request, response),
      () => response.writeHead(500).end(),
    )
  }

  private upgrade(...given: Parameters<HttpApp['upgrade']>): void {
    const [, socket] = given
    this.withApp(
      app => app.upgrade(...given),
      () => socket.destroy(),
    )
  }

  private withApp(use: (app: HttpApp) => void, fail: () => void): void {
    this.app ??= this.load()
    this.app.then(use, (err: unknown) => {
      this.deps.log.error({ err }, 'the HTTP API cannot be served')
      fail()
    })
  }

  private async load(): Promise<HttpApp> {
    const { createHttpApp } = await import('./create-http-app')
    const isServing = (): boolean => this.server.listening
    const { signal: stopping } = this.stopping
    return await createHttpApp(this.server, this.config, { ...this.deps, isServing, stopping })
  }

  private async listen(): Promise<void> {
    const { bindAddress: host, httpServerPort: port } = this.config
    this.bodies.start()
    await listenOn(this.server, { what: 'HTTP', host, port, key: 'httpServerPort' }, this.deps)
  }

  private async stopListening(): Promise<void> {
    this.stopping.abort()
    if (this.server.listening) {
      this.ended = new Promise(resolve => this.server.close(() => resolve()))
      this.server.closeIdleConnections()
      this.silent.close()
    }
    await (await this.loadedApp())?.endStreams()
  }

  /** Null when nobody has used it, or it cannot be served. */
  private async loadedApp(): Promise<HttpApp | null> {
    return (await this.app?.catch(() => null)) ?? null
  }

  private async endRequests(): Promise<void> {
    const { clock, log } = this.deps
    const idle = clock.every(IDLE_LOOK_MS, () => this.server.closeIdleConnections()) // those whose request has ended since
    const impatience = clock.after(this.config.grpcShutdownTimeSeconds * MS_PER_SECOND, () => {
      log.warn({}, 'HTTP requests do not end: they are cut off')
      this.server.closeAllConnections()
    })
    await this.ended
    this.bodies.stop()
    idle.cancel()
    impatience.cancel()
    await (await this.loadedApp())?.close()
  }
}
