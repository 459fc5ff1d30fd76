import type { Socket } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { ServerInterceptor, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import type { Clock, Component, Log } from '@rocketmq-ts/base'
import type { ProxyConfig } from '../proxy-config'
import type { CallCounts } from './channelz/call-counts'
import { takeCalls } from './direct/take-calls'
import type { DirectMethods } from './direct/take-calls'

export type GrpcServerConfig = Pick<
  ProxyConfig,
  | 'grpcClientIdleTimeMills'
  | 'grpcMaxConcurrentCallsPerConnection'
  | 'grpcMaxInboundMessageSize'
  | 'grpcShutdownTimeSeconds'
>

export interface GrpcServerDeps {
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
  /** Whom every call goes through first. */
  readonly interceptors: readonly ServerInterceptor[]
  readonly counts: Pick<CallCounts, 'connected' | 'opened'>
}

/** What is served under one name; of a definition, those methods that are implemented. */
export interface GrpcService {
  readonly definition: ServiceDefinition
  readonly implementation: UntypedServiceImplementation
}

/** The full name of a service, as calls of it say it. */
export function nameOf({ definition }: Pick<GrpcService, 'definition'>): string {
  return Object.values(definition)[0]?.path.split('/')[1] ?? ''
}

type Injector = ReturnType<Server['createConnectionInjector']>

const MS_PER_SECOND = 1000
/** Of a stop: what does not end by itself then is cut off. */
const DRAIN_MS = 1000

/** Serves calls on connections that somebody else accepted. */
export class GrpcServer implements Component {
  private readonly server: Server
  private injector: Injector | null = null

  constructor(
    private readonly config: GrpcServerConfig,
    private readonly services: readonly GrpcService[],
    private readonly directMethods: DirectMethods,
    private readonly deps: GrpcServerDeps,
  ) {
    this.server = new Server({
      'grpc.max_receive_message_length': config.grpcMaxInboundMessageSize,
      'grpc.max_concurrent_streams': config.grpcMaxConcurrentCallsPerConnection,
      // A connection without calls; a Telemetry stream is one that lasts.
      'grpc.max_connection_idle_ms': config.grpcClientIdleTimeMills,
      'grpc.enable_channelz': 0, // we count ourselves, with the calls it does not see
      interceptors: [...deps.interceptors],
    })
  }

  start(): Promise<void> {
    for (const { definition, implementation } of this.services) {
      const served = Object.entries(definition).filter(([name]) => name in implementation)
      this.server.addService(Object.fromEntries(served), implementation)
    }
    this.injector = this.server.createConnectionInjector(ServerCredentials.createInsecure())
    const { grpcMaxInboundMessageSize: messageSizeMax } = this.config
    takeCalls(this.server, { methods: this.directMethods, messageSizeMax, counts: this.deps.counts })
    return Promise.resolve()
  }

  serve(socket: Socket): void {
    this.injector?.injectConnection(socket)
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
}
