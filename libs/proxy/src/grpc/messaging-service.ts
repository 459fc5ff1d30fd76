import { status } from '@grpc/grpc-js'
import type {
  handleBidiStreamingCall,
  ServiceDefinition,
  UntypedHandleCall,
  UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { delay } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import { streamHandler, unaryHandler } from './call-handlers'
import type { AnyStreamMethod, AnyUnaryMethod, CallHandlersDeps } from './call-handlers'
import { contextOf } from './calls'
import { CallsInFlight } from './calls-in-flight'
import type { GrpcMethods } from './grpc-methods'
import type { GrpcService } from './grpc-server'
import { serveTelemetry } from './serve-telemetry'

export interface MessagingServiceDeps extends CallHandlersDeps {
  readonly clock: Pick<Clock, 'after' | 'nowMs'>
}

/** Longer no call takes that does not wait for messages. */
const IN_FLIGHT_MS_MAX = 3000

/** `MessagingService` as grpc-js serves it: what has no method is answered UNIMPLEMENTED. */
export class MessagingService implements GrpcService {
  readonly definition: ServiceDefinition = messagingService
  readonly implementation: UntypedServiceImplementation
  private readonly telemetryStreams = new Set<TelemetryCall>()
  private readonly inFlight = new CallsInFlight()
  private isStopping = false

  constructor(
    methods: GrpcMethods,
    private readonly deps: MessagingServiceDeps,
  ) {
    const unaryDeps = { ...deps, inFlight: this.inFlight }
    this.implementation = {
      ...mapped(methods.unary, method => unaryHandler(method as AnyUnaryMethod, unaryDeps)),
      ...mapped(methods.streams, method => streamHandler(method as AnyStreamMethod, deps)),
      Telemetry: this.telemetry(methods.telemetry, deps),
    }
  }

  /**
   * Clients are told to connect anew, elsewhere or later, and see their Telemetry stream end well; what they have asked for
   * meanwhile is answered.
   */
  async sendClientsAway(): Promise<void> {
    this.isStopping = true
    for (const stream of this.telemetryStreams) {
      stream.write({ reconnectEndpointsCommand: { nonce: '0' } })
      stream.end()
    }
    await Promise.race([this.inFlight.none(), delay(this.deps.clock, IN_FLIGHT_MS_MAX)])
  }

  private telemetry(telemetry: GrpcMethods['telemetry'], { clock, log }: CallHandlersDeps): TelemetryHandler {
    return call => {
      if (this.isStopping) {
        call.destroy(Object.assign(new Error('the proxy stops'), { code: status.UNAVAILABLE }))
        return
      }
      this.telemetryStreams.add(call)
      call.once('close', () => this.telemetryStreams.delete(call))
      serveTelemetry(call, { context: contextOf(call, clock), telemetry, log })
    }
  }
}

type TelemetryHandler = handleBidiStreamingCall<v2.TelemetryCommand, v2.TelemetryCommand.$Properties>
type TelemetryCall = Parameters<TelemetryHandler>[0]

function mapped(methods: object, toHandler: (method: unknown) => UntypedHandleCall): UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, toHandler(method)]))
}
