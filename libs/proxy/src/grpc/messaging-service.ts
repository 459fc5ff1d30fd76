import { delay } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { MessagingMethodName } from '@rocketmq-ts/protocol/grpc'
import { UnauthenticatedError } from '../authentication/unauthenticated-error'
import type { RequestCounts } from '../metrics/request-counts'
import { streamHandler, unaryHandler } from './call-handlers'
import type { AnyStreamMethod, AnyUnaryMethod, CallHandlersDeps } from './call-handlers'
import { contextOf } from './calls/context-of'
import type { GrpcCall } from './calls/grpc-call'
import { GrpcStatus } from './calls/grpc-status'
import type { GrpcService, MessageListener, Served, ServedMethods, ServeMessage } from './calls/served'
import { CallsInFlight } from './calls-in-flight'
import type { GrpcMethods } from './grpc-methods'
import type { CallGuard } from './guard-calls'
import { statusOf } from './status'
import { TelemetryStream } from './telemetry-stream'

export interface MessagingServiceDeps {
  readonly clock: Pick<Clock, 'after' | 'nowMs'>
  readonly log: Log
  readonly requests: Pick<RequestCounts, 'count'>
}

/** Longer no call takes that does not wait for messages. */
const IN_FLIGHT_MS_MAX = 3000

/** `MessagingService`: every method that has a handler. */
export class MessagingService implements GrpcService {
  readonly name = 'apache.rocketmq.v2.MessagingService'
  readonly methods: ServedMethods
  private readonly telemetryStreams = new Map<GrpcCall, TelemetryStream>()
  private readonly inFlight = new CallsInFlight()
  private isStopping = false

  constructor(
    methods: GrpcMethods,
    private readonly deps: MessagingServiceDeps,
  ) {
    const common = { ...deps, inFlight: this.inFlight }
    const depsOf = ({ path }: Codec): CallHandlersDeps => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      return { ...common, count: ({ status: s }) => deps.requests.count(name, codeClassOf(s?.code ?? v2.Code.OK)) }
    }
    const { telemetry } = methods
    this.methods = new Map([
      ...byPath(methods.unary, (method, codec) => unaryHandler(method as AnyUnaryMethod, codec, depsOf(codec))),
      ...byPath(methods.streams, (method, codec) => streamHandler(method as AnyStreamMethod, codec, depsOf(codec))),
      [messagingService.Telemetry.path, { messages: call => this.serveTelemetry(call, telemetry) }],
    ])
  }

  /**
   * Clients are told to connect anew, elsewhere or later, and see their Telemetry stream end well; what they have asked for
   * meanwhile is answered.
   */
  async sendClientsAway(): Promise<void> {
    this.isStopping = true
    for (const stream of this.telemetryStreams.values()) stream.sendAway()
    await Promise.race([this.inFlight.none(), delay(this.deps.clock, IN_FLIGHT_MS_MAX)])
  }

  /** Users have changed: Telemetry streams of those who are none end, and say why. */
  async lookAgain(isStillKnown: CallGuard['isStillKnown']): Promise<void> {
    await Promise.all(
      [...this.telemetryStreams].map(async ([call, stream]) => {
        const isKnown = await isStillKnown(messagingService.Telemetry.path, call.headers)
        if (!isKnown) stream.turnAway(statusOf(new UnauthenticatedError()))
      }),
    )
  }

  private serveTelemetry(call: GrpcCall, telemetry: GrpcMethods['telemetry']): MessageListener {
    const { clock, log } = this.deps
    if (this.isStopping) call.refuse(GrpcStatus.UNAVAILABLE, 'the proxy stops')
    const stream = new TelemetryStream(call, { context: contextOf(call, clock), telemetry, log })
    this.telemetryStreams.set(call, stream)
    return {
      onMessage: message => stream.onMessage(message),
      onEnd: () => stream.onEnd(),
      onClose: () => {
        this.telemetryStreams.delete(call)
        stream.onClose()
      },
    }
  }
}

const CODES_PER_CLASS = 10_000

/** `2xx`: as HTTP has it, the first digit of five. */
function codeClassOf(code: v2.Code): string {
  return `${Math.floor(code / CODES_PER_CLASS)}xx`
}

type Codec = (typeof messagingService)[MessagingMethodName]

function byPath<Method>(
  methods: Readonly<Record<string, Method>>,
  toHandler: (method: Method, codec: Codec) => ServeMessage,
): [string, Served][] {
  return Object.entries(methods).map(([name, method]) => {
    const codec = messagingService[name as MessagingMethodName]
    return [codec.path, { message: toHandler(method, codec) }]
  })
}
