import type { Socket } from 'node:net'
import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { ProxyConfig } from '../proxy-config'
import { GrpcCall } from './calls/grpc-call'
import { GrpcStatus } from './calls/grpc-status'
import { readMessage } from './calls/read-message'
import { readMessages } from './calls/read-messages'
import type { ServedMethods } from './calls/served'
import type { CallCounts, ConnectionCounts } from './channelz/call-counts'
import { Http2Connection } from './http2/http2-connection'
import { Http2ConnectionError } from './http2/http2-error'
import type { Http2Stream } from './http2/http2-stream'

export type GrpcServerConfig = Pick<
  ProxyConfig,
  | 'grpcClientIdleTimeMills'
  | 'grpcMaxConcurrentCallsPerConnection'
  | 'grpcMaxInboundMessageSize'
  | 'grpcShutdownTimeSeconds'
>

export interface GrpcServerDeps {
  readonly clock: Pick<Clock, 'after' | 'every' | 'monotonicMs'>
  readonly log: Log
  readonly counts: Pick<CallCounts, 'connected' | 'disconnected'>
}

/** Of a connection, whatever grpcMaxConcurrentCallsPerConnection says. */
const CONNECTION_CALL_COUNT_MAX = 10_000
/** Messages of the largest size that a connection may have begun. */
const HELD_MESSAGES_COUNT_MAX = 2
const MS_PER_SECOND = 1000
const SWEEP_MS = 1000
/** Of a stop: a client that does not say that it knows is taken to. */
const DRAIN_MS = 1000
const HTTP_UNSUPPORTED_MEDIA_TYPE = 415

/** Serves calls on connections that somebody else accepted. */
export class GrpcServer implements Component {
  private readonly connections = new Set<Http2Connection>()
  private timer: Timer | null = null
  private onEmpty: () => void = () => undefined

  constructor(
    private readonly config: GrpcServerConfig,
    private readonly methods: ServedMethods,
    private readonly deps: GrpcServerDeps,
  ) {}

  start(): Promise<void> {
    this.timer = this.deps.clock.every(SWEEP_MS, () => this.sweep())
    return Promise.resolve()
  }

  serve(socket: Socket): void {
    const { counts, clock, log } = this.deps
    const connectionCounts = counts.connected(socket)
    const { remoteAddress } = connectionCounts
    socket.on('error', err => log.debug({ err, remoteAddress }, 'connection broke'))
    const connection = new Http2Connection(socket, {
      clock,
      streamCountMax: Math.min(this.config.grpcMaxConcurrentCallsPerConnection, CONNECTION_CALL_COUNT_MAX),
      onRequest: stream => this.onRequest(stream, connectionCounts),
      onFault(err) {
        if (err instanceof Http2ConnectionError) log.warn({ err, remoteAddress }, 'closing connection')
        else log.debug({ err, remoteAddress }, 'a stream is not as it should be')
      },
      onClose: () => {
        counts.disconnected(connectionCounts)
        this.connections.delete(connection)
        if (this.connections.size === 0) this.onEmpty()
      },
    })
    connectionCounts.heldBytesMax = HELD_MESSAGES_COUNT_MAX * this.config.grpcMaxInboundMessageSize
    connectionCounts.windows = () => connection.windows
    this.connections.add(connection)
  }

  /** Clients go elsewhere with what they ask from now on; calls under way end, or are cut off after their time. */
  async stop(): Promise<void> {
    const { clock, log } = this.deps
    this.timer?.cancel()
    if (this.connections.size === 0) return
    const empty = new Promise<void>(resolve => (this.onEmpty = resolve))
    for (const connection of this.connections) connection.drain()
    const drained = clock.after(DRAIN_MS, () => {
      for (const connection of this.connections) connection.endDrain()
    })
    const impatience = clock.after(this.config.grpcShutdownTimeSeconds * MS_PER_SECOND, () => {
      log.warn({ count: this.connections.size }, 'calls do not end: they are cut off')
      for (const connection of this.connections) connection.socket.destroy()
    })
    await empty
    drained.cancel()
    impatience.cancel()
  }

  private onRequest(stream: Http2Stream, counts: ConnectionCounts): void {
    const call = new GrpcCall(stream, counts)
    const { headers } = stream
    if (headers.get('content-type')?.startsWith('application/grpc') !== true) {
      call.refuseAsHttp(HTTP_UNSUPPORTED_MEDIA_TYPE)
      return
    }
    const path = headers.get(':path') ?? ''
    const served = this.methods.get(path)
    const { grpcMaxInboundMessageSize: sizeMax } = this.config
    if (served === undefined) call.refuse(GrpcStatus.UNIMPLEMENTED, `there is no method ${path} here`)
    else if ('message' in served) readMessage(call, sizeMax, served.message)
    else readMessages(call, sizeMax, served.messages)
  }

  private sweep(): void {
    const nowMs = this.deps.clock.monotonicMs()
    for (const connection of this.connections) {
      const { emptySinceMs } = connection.streams
      if (emptySinceMs !== null && nowMs - emptySinceMs >= this.config.grpcClientIdleTimeMills) connection.endDrain()
    }
  }
}
