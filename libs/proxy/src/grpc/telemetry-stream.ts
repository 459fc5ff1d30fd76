import type { Log } from '@rocketmq-ts/base'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import { clientIdRequired } from './answer'
import type { CallContext } from './calls/call-context'
import type { GrpcCall } from './calls/grpc-call'
import { GrpcStatus } from './calls/grpc-status'
import type { MessageListener } from './calls/served'
import type { GrpcMethods } from './grpc-methods'
import type { TelemetrySession } from './methods/telemetry'
import { statusOf } from './status'
import type { Status } from './status'

interface TelemetryParts {
  readonly context: CallContext
  readonly telemetry: GrpcMethods['telemetry']
  readonly log: Log
}

const CLIENT_ERRORS = { from: 40_000, until: 50_000 } as const
/** A client that says more before it is answered has to wait. */
const UNHANDLED_COMMAND_COUNT_MAX = 32
const { requestDeserialize, responseSerialize } = messagingService.Telemetry

/** One Telemetry stream: commands in the order in which they come, until either side ends it. */
export class TelemetryStream implements MessageListener {
  private readonly session: TelemetrySession
  private handled: Promise<void> = Promise.resolve()
  private unhandledCount = 0
  private isOver = false
  /** By us: the proxy stops. */
  private isSentAway = false

  constructor(
    private readonly call: GrpcCall,
    private readonly parts: TelemetryParts,
  ) {
    call.begin() // some clients wait for the headers before they say anything
    this.session = parts.telemetry(parts.context, command => this.send(command))
    if (parts.context.clientId.trim() === '') this.turnAway(clientIdRequired)
  }

  /** The client is told to connect anew. */
  sendAway(): void {
    this.isSentAway = true
    this.send({ reconnectEndpointsCommand: { nonce: '0' } })
    this.call.end()
  }

  /** It is no client here, or no longer. */
  turnAway(status: Status): void {
    this.send({ status })
    this.end()
  }

  onMessage(message: Buffer): void {
    if (this.isOver) return
    const command = requestDeserialize(message) // what cannot be read ends the call
    this.unhandledCount += 1
    if (this.unhandledCount === UNHANDLED_COMMAND_COUNT_MAX) this.call.pause()
    this.handled = this.handled
      .then(() => this.session.onCommand(command))
      .catch((error: unknown) => this.fail(error))
      .then(() => {
        this.unhandledCount -= 1
        if (this.unhandledCount === 0) this.call.resume()
      })
  }

  onEnd(): void {
    void this.handled.then(() => this.end())
  }

  onClose(): void {
    this.over()
  }

  private send(command: v2.TelemetryCommand.$Properties): boolean {
    return !this.isOver && this.call.write(responseSerialize(command))
  }

  private over(): void {
    if (this.isOver) return
    this.isOver = true
    this.session.onEnd(!this.isSentAway)
  }

  private end(): void {
    this.over()
    this.call.end()
  }

  /** What is wrong with settings is the end of the stream, and said in its trailers. */
  private fail(error: unknown): void {
    const { context, log } = this.parts
    const { code: refusal, message } = statusOf(error)
    const isOfClient = Number(refusal) >= CLIENT_ERRORS.from && Number(refusal) < CLIENT_ERRORS.until
    log.debug({ err: error, clientId: context.clientId }, 'settings refused')
    this.over()
    const code = isOfClient ? GrpcStatus.INVALID_ARGUMENT : GrpcStatus.INTERNAL
    this.call.refuse(code, `process client telemetryCommand failed. ${message ?? ''}`)
  }
}
