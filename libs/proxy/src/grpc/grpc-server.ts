import type { Socket } from 'node:net'
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
import type { ProxyConfig } from '../proxy-config'
import { answerOf } from './answer'
import { contextOf } from './calls'
import { clampDeadlines } from './clamp-deadlines'
import type { GrpcMethods } from './grpc-methods'
import { serveTelemetry } from './serve-telemetry'
import { OK } from './status'

export type GrpcServerConfig = Pick<
  ProxyConfig,
  | 'grpcClientIdleTimeMills'
  | 'grpcMaxConcurrentCallsPerConnection'
  | 'grpcMaxInboundMessageSize'
  | 'grpcShutdownTimeSeconds'
>

export interface GrpcServerDeps {
  readonly clock: Pick<Clock, 'after' | 'nowMs'>
  readonly log: Log
}

type Injector = ReturnType<Server['createConnectionInjector']>

const MS_PER_SECOND = 1000
/** Of a stop: what does not end by itself then is cut off. */
const DRAIN_MS = 100

/** Serves `MessagingService` on connections that somebody else accepted. */
export class GrpcServer implements Component {
  private readonly server: Server
  private readonly telemetryStreams = new Set<{ end(): void }>()
  private injector: Injector | null = null

  constructor(
    private readonly config: GrpcServerConfig,
    private readonly methods: GrpcMethods,
    private readonly deps: GrpcServerDeps,
  ) {
    this.server = new Server({
      'grpc.max_receive_message_length': config.grpcMaxInboundMessageSize,
      'grpc.max_concurrent_streams': config.grpcMaxConcurrentCallsPerConnection,
      // A connection without calls; a Telemetry stream is one that lasts.
      'grpc.max_connection_idle_ms': config.grpcClientIdleTimeMills,
      'grpc.enable_channelz': 0,
    })
  }

  start(): Promise<void> {
    this.server.addService(this.definition(), this.implementation())
    this.injector = this.server.createConnectionInjector(ServerCredentials.createInsecure())
    clampDeadlines(this.server)
    return Promise.resolve()
  }

  serve(socket: Socket): void {
    this.injector?.injectConnection(socket)
  }

  /** Clients see their Telemetry stream end well, and come back elsewhere or later. */
  endTelemetry(): void {
    for (const stream of this.telemetryStreams) stream.end()
  }

  stop(): Promise<void> {
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
