import type { Clock, Log } from '@rocketmq-ts/base'
import { answerOf } from './answer'
import type { CallsInFlight } from './calls-in-flight'
import type { CallContext } from './calls/call-context'
import { contextOf } from './calls/context-of'
import type { GrpcCall } from './calls/grpc-call'
import { GrpcStatus } from './calls/grpc-status'
import type { ServeMessage } from './calls/served'
import { OK } from './status'
import type { Status } from './status'

export interface CallHandlersDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly inFlight: Pick<CallsInFlight, 'began' | 'ended'>
  readonly log: Log
  /** Takes what a call was answered with. */
  readonly count: (answer: { readonly status?: Status | null }) => void
}

/** What a method is asked with and answers with, from and to bytes. */
export interface MethodCodec {
  readonly requestDeserialize: (bytes: Buffer) => unknown
  readonly responseSerialize: (response: never) => Uint8Array
}

export type AnyUnaryMethod = (request: unknown, context: CallContext) => Promise<object>
export type AnyStreamMethod = (
  request: unknown,
  context: CallContext,
  write: (element: object) => boolean,
) => Promise<void>

/** Serves a method that is answered once. */
export function unaryHandler(
  method: AnyUnaryMethod,
  codec: MethodCodec,
  { clock, log, inFlight, count }: CallHandlersDeps,
): ServeMessage {
  const serialize = codec.responseSerialize as (response: object) => Uint8Array
  return readBy(codec, clock, (request, context, call) => {
    inFlight.began()
    void answerOf(context, () => method(request, context), log)
      .then(response => {
        count(response)
        call.answer(serialize(response))
      })
      .catch((error: unknown) => failed(error, call, log))
      .finally(() => inFlight.ended())
  })
}

/** Serves a method that is answered by a stream. */
export function streamHandler(
  method: AnyStreamMethod,
  codec: MethodCodec,
  { clock, log, count }: Pick<CallHandlersDeps, 'clock' | 'count' | 'log'>,
): ServeMessage {
  const serialize = codec.responseSerialize as (response: object) => Uint8Array
  return readBy(codec, clock, (request, context, call) => {
    call.begin()
    const write = (element: object): boolean => call.write(serialize(element))
    const streamed = (): Promise<{ status: Status }> => method(request, context, write).then(() => ({ status: OK }))
    void answerOf(context, streamed, log)
      .then(answer => {
        count(answer)
        if (answer.status !== OK) write(answer)
        call.end()
      })
      .catch((error: unknown) => failed(error, call, log))
  })
}

type ServeRequest = (request: object, context: CallContext, call: GrpcCall) => void

/** What cannot be read is refused, and served by nobody. */
export function readBy(
  { requestDeserialize }: MethodCodec,
  clock: CallHandlersDeps['clock'],
  serve: ServeRequest,
): ServeMessage {
  return (message, call) => {
    let request: object
    try {
      request = requestDeserialize(message) as object
    } catch (error) {
      call.refuse(GrpcStatus.INTERNAL, `the request cannot be read: ${(error as Error).message}`)
      return
    }
    serve(request, contextOf(call, clock), call)
  }
}

/** An answer that cannot be written is a bug of ours, and costs this call. */
function failed(error: unknown, call: GrpcCall, log: Log): void {
  log.error({ err: error }, 'an answer cannot be written')
  call.abort('the answer cannot be written')
}
