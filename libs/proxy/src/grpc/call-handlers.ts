import { Metadata } from '@grpc/grpc-js'
import type { handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js'
import type { Clock, Log } from '@rocketmq-ts/base'
import { answerOf } from './answer'
import type { CallsInFlight } from './calls-in-flight'
import type { CallContext } from './call-context'
import { contextOf } from './calls'
import { OK } from './status'
import type { Status } from './status'

export interface CallHandlersDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

export interface UnaryHandlerDeps extends CallHandlersDeps {
  readonly inFlight: Pick<CallsInFlight, 'during'>
}

export type AnyUnaryMethod = (request: unknown, context: CallContext) => Promise<object>
export type AnyStreamMethod = (
  request: unknown,
  context: CallContext,
  write: (element: object) => boolean,
) => Promise<void>

/** A method that is answered once, as grpc-js calls it. */
export function unaryHandler(
  method: AnyUnaryMethod,
  { clock, log, inFlight }: UnaryHandlerDeps,
): handleUnaryCall<unknown, object> {
  return (call, respond) => {
    const context = contextOf(call, clock)
    const answer = answerOf(context, () => method(call.request, context), log)
    void inFlight.during(answer.then(response => respond(null, response)))
  }
}

/** A method that is answered by a stream, as grpc-js calls it. */
export function streamHandler(
  method: AnyStreamMethod,
  { clock, log }: CallHandlersDeps,
): handleServerStreamingCall<unknown, object> {
  return call => {
    call.sendMetadata(new Metadata()) // some clients wait for the headers before they look for anything else
    const context = contextOf(call, clock)
    const write = (element: object): boolean => {
      if (!call.cancelled) call.write(element)
      return !call.cancelled
    }
    const streamed = (): Promise<{ status: Status }> =>
      method(call.request, context, write).then(() => ({ status: OK }))
    void answerOf(context, streamed, log)
      .then(({ status }) => status === OK || write({ status }))
      .then(() => call.end())
  }
}
