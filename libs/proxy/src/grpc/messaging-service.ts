import type {
  handleBidiStreamingCall,
  ServiceDefinition,
  UntypedHandleCall,
  UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import { streamHandler, unaryHandler } from './call-handlers'
import type { AnyStreamMethod, AnyUnaryMethod, CallHandlersDeps } from './call-handlers'
import { contextOf } from './calls'
import type { GrpcMethods } from './grpc-methods'
import type { GrpcService } from './grpc-server'
import { serveTelemetry } from './serve-telemetry'

/** `MessagingService` as grpc-js serves it: what has no method is answered UNIMPLEMENTED. */
export class MessagingService implements GrpcService {
  readonly definition: ServiceDefinition = messagingService
  readonly implementation: UntypedServiceImplementation
  private readonly telemetryStreams = new Set<{ end(): void }>()

  constructor(methods: GrpcMethods, deps: CallHandlersDeps) {
    this.implementation = {
      ...mapped(methods.unary, method => unaryHandler(method as AnyUnaryMethod, deps)),
      ...mapped(methods.streams, method => streamHandler(method as AnyStreamMethod, deps)),
      Telemetry: this.telemetry(methods.telemetry, deps),
    }
  }

  /** Clients see their Telemetry stream end well, and come back elsewhere or later. */
  endTelemetry(): void {
    for (const stream of this.telemetryStreams) stream.end()
  }

  private telemetry(
    telemetry: GrpcMethods['telemetry'],
    { clock, log }: CallHandlersDeps,
  ): handleBidiStreamingCall<v2.TelemetryCommand, v2.TelemetryCommand.$Properties> {
    return call => {
      this.telemetryStreams.add(call)
      call.once('close', () => this.telemetryStreams.delete(call))
      serveTelemetry(call, { context: contextOf(call, clock), telemetry, log })
    }
  }
}

function mapped(methods: object, toHandler: (method: unknown) => UntypedHandleCall): UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, toHandler(method)]))
}
