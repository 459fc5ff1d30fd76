import { Metadata, status as grpcStatus } from '@grpc/grpc-js'
import type { ServerDuplexStream } from '@grpc/grpc-js'
import type { Log } from '@rocketmq-ts/base'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import { clientIdRequired } from './answer'
import type { CallContext } from './call-context'
import type { GrpcMethods } from './grpc-methods'
import { statusOf } from './status'

interface TelemetryParts {
  readonly context: CallContext
  readonly telemetry: GrpcMethods['telemetry']
  readonly log: Log
}

const CLIENT_ERRORS = { from: 40_000, until: 50_000 } as const

/** One Telemetry stream: commands in the order in which they come, until either side ends it. */
export function serveTelemetry(
  call: ServerDuplexStream<v2.TelemetryCommand, v2.TelemetryCommand.$Properties>,
  { context, telemetry, log }: TelemetryParts,
): void {
  call.sendMetadata(new Metadata()) // some clients wait for the headers before they say anything
  let isOver = false
  const session = telemetry(context, command => {
    if (isOver || call.cancelled) return false
    call.write(command)
    return true
  })
  let handled = Promise.resolve()
  call.on('data', (command: v2.TelemetryCommand) => {
    handled = handled.then(() => session.onCommand(command)).catch(fail)
  })
  call.on('end', () => void handled.then(end))
  call.on('cancelled', over)
  call.on('close', over)
  call.on('error', (err: Error) => {
    log.debug({ err, clientId: context.clientId }, 'Telemetry stream broke')
    over()
  })
  if (context.clientId.trim() === '') {
    call.write({ status: clientIdRequired })
    end()
  }

  function over(): void {
    if (isOver) return
    isOver = true
    session.onEnd(!call.writableEnded) // grpc-js tells a reset from an end too late
  }

  function end(): void {
    over()
    call.end()
  }

  /** What is wrong with settings is the end of the stream, and said in its trailers. */
  function fail(error: unknown): void {
    const { code: refusal, message } = statusOf(error)
    const isOfClient = Number(refusal) >= CLIENT_ERRORS.from && Number(refusal) < CLIENT_ERRORS.until
    const details = `process client telemetryCommand failed. ${message ?? ''}`
    log.debug({ err: error, clientId: context.clientId }, 'settings refused')
    over()
    const code = isOfClient ? grpcStatus.INVALID_ARGUMENT : grpcStatus.INTERNAL
    call.emit('error', Object.assign(new Error(details), { code, details })) // a stream that is destroyed sends no trailers
  }
}
