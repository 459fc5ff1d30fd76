import { status } from '@grpc/grpc-js'
import type { handleBidiStreamingCall, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js'
import { delay } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { MessagingMethodName } from '@rocketmq-ts/protocol/grpc'
import { UnauthenticatedError } from '../authentication/unauthenticated-error'
import type { RequestCounts } from '../metrics/request-counts'
import { streamHandler, unaryHandler } from './call-handlers'
import type { AnyStreamMethod, AnyUnaryMethod, CallHandlersDeps } from './call-handlers'
import { contextOf } from './calls'
import { CallsInFlight } from './calls-in-flight'
import type { ServeMessage } from './direct/direct-call'
import { DirectCallContexts } from './direct/direct-call-context'
import type { GrpcMethods } from './grpc-methods'
import type { GrpcService } from './grpc-server'
import type { CallGuard } from './guard-calls'
import { serveTelemetry } from './serve-telemetry'
import { statusOf } from './status'

export interface MessagingServiceDeps {
  readonly clock: Pick<Clock, 'after' | 'nowMs'>
  readonly log: Log
  readonly requests: Pick<RequestCounts, 'count'>
}

/** Longer no call takes that does not wait for messages. */
const IN_FLIGHT_MS_MAX = 3000

/** `MessagingService`: Telemetry as grpc-js serves it, what brings one message directly. No other method: UNIMPLEMENTED. */
export class MessagingService implements GrpcService {
  readonly definition: ServiceDefinition = messagingService
  readonly implementation: UntypedServiceImplementation
  readonly direct: ReadonlyMap<string, ServeMessage>
  private readonly telemetryStreams = new Set<TelemetryCall>()
  private readonly inFlight = new CallsInFlight()
  private isStopping = false

  constructor(
    methods: GrpcMethods,
    private readonly deps: MessagingServiceDeps,
  ) {
    const common = { ...deps, inFlight: this.inFlight, contexts: new DirectCallContexts(deps.clock) }
    const depsOf = ({ path }: Codec): CallHandlersDeps => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      return { ...common, count: ({ status: s }) => deps.requests.count(name, codeClassOf(s?.code ?? v2.Code.OK)) }
    }
    this.direct = new Map([
      ...byPath(methods.unary, (method, codec) => unaryHandler(method as AnyUnaryMethod, codec, depsOf(codec))),
      ...byPath(methods.streams, (method, codec) => streamHandler(method as AnyStreamMethod, codec, depsOf(codec))),
    ])
    this.implementation = { Telemetry: this.telemetry(methods.telemetry) }
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

  /** Users have changed: Telemetry streams of those who are none end, and say why. */
  async lookAgain(isStillKnown: CallGuard['isStillKnown']): Promise<void> {
    await Promise.all(
      [...this.telemetryStreams].map(async stream => {
        if (await isStillKnown(messagingService.Telemetry.path, stream.metadata)) return
        stream.write({ status: statusOf(new UnauthenticatedError()) })
        stream.end()
      }),
    )
  }

  private telemetry(telemetry: GrpcMethods['telemetry']): TelemetryHandler {
    const { clock, log } = this.deps
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

const CODES_PER_CLASS = 10_000

/** `2xx`: as HTTP has it, the first digit of five. */
function codeClassOf(code: v2.Code): string {
  return `${Math.floor(code / CODES_PER_CLASS)}xx`
}

type Codec = (typeof messagingService)[MessagingMethodName]

function byPath<Method>(
  methods: Readonly<Record<string, Method>>,
  toHandler: (method: Method, codec: Codec) => ServeMessage,
): [string, ServeMessage][] {
  return Object.entries(methods).map(([name, method]) => {
    const codec = messagingService[name as MessagingMethodName]
    return [codec.path, toHandler(method, codec)]
  })
}
