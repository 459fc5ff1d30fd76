import { createServer } from 'node:net'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { Metadata, Server, ServerCredentials } from '@grpc/grpc-js'
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js'
import type { Clock, Component, Log } from '@rocketmq-ts/base'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { RequestOf, ResponseOf, v2 } from '@rocketmq-ts/protocol/grpc'
import { ListenFailedError } from '@rocketmq-ts/remoting'
import type { ProxyConfig } from '../proxy-config'
import { answerOf } from './answer'
import { contextOf } from './calls'
import { clampDeadlines } from './clamp-deadlines'
import type { GrpcMethods } from './grpc-methods'
import { serveTelemetry } from './serve-telemetry'
import { OK } from './status'

export type GrpcServerConfig = Pick<
  ProxyConfig,
  | 'bindAddress'
  | 'grpcMaxConcurrentCallsPerConnection'
  | 'grpcMaxInboundMessageSize'
  | 'grpcServerPort'
  | 'grpcShutdownTimeSeconds'
>

export interface GrpcServerDeps {
  readonly clock: Pick<Clock, 'after' | 'nowMs'>
  readonly log: Log
  /** When the port is in use, a free one will do. */
  readonly mayListenElsewhere: boolean
}

type Injector = ReturnType<Server['createConnectionInjector']>

const MS_PER_SECOND = 1000
/** One more is closed at once. */
const GRPC_CONNECTION_COUNT_MAX = 10_000
/** Of a stop: what does not end by itself then is cut off. */
const DRAIN_MS = 100

/** Serves `MessagingService` on a port. Its two parts stop at different times: first nobody comes in, last the calls end. */
export class GrpcServer {
  private readonly server: Server
  private readonly telemetryStreams = new Set<{ end(): void }>()
  private netServer: NetServer | null = null
  private injector: Injector | null = null

  constructor(
    private readonly config: GrpcServerConfig,
    private readonly methods: GrpcMethods,
    private readonly deps: GrpcServerDeps,
  ) {
    this.server = new Server({
      'grpc.max_receive_message_length': config.grpcMaxInboundMessageSize,
      'grpc.max_concurrent_streams': config.grpcMaxConcurrentCallsPerConnection,
      'grpc.enable_channelz': 0,
    })
  }

  readonly calls: Component = {
    start: () => {
      this.server.addService(this.definition(), this.implementation())
      this.injector = this.server.createConnectionInjector(ServerCredentials.createInsecure())
      clampDeadlines(this.server)
      return Promise.resolve()
    },
    stop: () => this.endCalls(),
  }

  readonly listener: Component = {
    start: () => this.listen(),
    stop: () => this.stopListening(),
  }

  get address(): string {
    const address = this.netServer?.address() as AddressInfo | null | undefined
    if (address === null || address === undefined) throw new Error('the gRPC port is not open')
    return address.family === 'IPv6' ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`
  }

  private async listen(): Promise<void> {
    const { bindAddress: host, grpcServerPort: port } = this.config
    this.netServer = createServer({ noDelay: true }, socket => {
      socket.on('error', (err: Error) => this.deps.log.debug({ err }, 'gRPC connection broke'))
      this.injector?.injectConnection(socket)
    })
    this.netServer.maxConnections = GRPC_CONNECTION_COUNT_MAX
    try {
      await listen(this.netServer, { host, port })
    } catch (error) {
      if (!this.deps.mayListenElsewhere || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
        throw listenFailed(`${host}:${port}`, error as Error)
      }
      this.deps.log.warn({ port }, 'the gRPC port is in use, and nobody chose it: another one is taken')
      await listen(this.netServer, { host, port: 0 })
    }
  }

  /** Clients see their Telemetry stream end well, and come back elsewhere or later. */
  private stopListening(): Promise<void> {
    this.netServer?.close()
    for (const stream of this.telemetryStreams) stream.end()
    return Promise.resolve()
  }

  private endCalls(): Promise<void> {
    const { clock, log } = this.deps
    this.injector?.drain(DRAIN_MS)
    return new Promise(resolve => {
      const impatience = clock.after(this.config.grpcShutdownTimeSeconds * MS_PER_SECOND, () => {
        log.warn({}, 'calls do not end: they are cut off')
        this.server.forceShutdown()
        resolve()
      })
      this.server.tryShutdown(() => {
        impatience.cancel()
        resolve()
      })
    })
  }

  private definition(): ServiceDefinition {
    const served = new Set([...Object.keys(this.methods.unary), 'ReceiveMessage', 'Telemetry'])
    const methods: ServiceDefinition = messagingService
    return Object.fromEntries(Object.entries(methods).filter(([name]) => served.has(name)))
  }

  private implementation(): UntypedServiceImplementation {
    const implementation: UntypedServiceImplementation = {}
    for (const [name, method] of Object.entries(this.methods.unary)) {
      implementation[name] = this.unary(method as AnyUnaryMethod)
    }
    implementation['ReceiveMessage'] = this.receiveMessage()
    implementation['Telemetry'] = this.telemetry()
    return implementation
  }

  private unary(method: AnyUnaryMethod): handleUnaryCall<unknown, { status: v2.Status.$Properties }> {
    return (call, respond) => {
      const context = contextOf(call, this.deps.clock)
      void answerOf(context, () => method(call.request, context), this.deps.log).then(response =>
        respond(null, response),
      )
    }
  }

  private receiveMessage(): handleServerStreamingCall<RequestOf<'ReceiveMessage'>, ResponseOf<'ReceiveMessage'>> {
    return call => {
      call.sendMetadata(new Metadata()) // some clients wait for the headers before they look for anything else
      const context = contextOf(call, this.deps.clock)
      const write = (element: ResponseOf<'ReceiveMessage'>): boolean => {
        if (!call.cancelled) call.write(element)
        return !call.cancelled
      }
      const received = this.methods.receiveMessage
      void answerOf(context, () => received(call.request, context, write).then(() => ({ status: OK })), this.deps.log)
        .then(({ status }) => status === OK || write({ status }))
        .then(() => call.end())
    }
  }

  private telemetry(): handleBidiStreamingCall<v2.TelemetryCommand, v2.TelemetryCommand.$Properties> {
    return call => {
      this.telemetryStreams.add(call)
      call.once('close', () => this.telemetryStreams.delete(call))
      const context = contextOf(call, this.deps.clock)
      serveTelemetry(call, { context, telemetry: this.methods.telemetry, log: this.deps.log })
    }
  }
}

type AnyUnaryMethod = (
  request: unknown,
  context: ReturnType<typeof contextOf>,
) => Promise<{ status: v2.Status.$Properties }>

function listen(server: NetServer, where: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function listenFailed(address: string, cause: Error): ListenFailedError {
  const text = `cannot listen on ${address} for gRPC: ${cause.message}: set another grpcServerPort or bindAddress`
  return new ListenFailedError(text, { cause })
}
