import { status } from '@grpc/grpc-js'
import type { Log } from '@rocketmq-ts/base'
import { answerOf } from './answer'
import type { CallsInFlight } from './calls-in-flight'
import type { CallContext } from './call-context'
import type { DirectCall, ServeMessage } from './direct/direct-call'
import type { DirectCallContexts } from './direct/direct-call-context'
import { OK } from './status'
import type { Status } from './status'

export interface CallHandlersDeps {
  readonly contexts: Pick<DirectCallContexts, 'of'>
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
  { contexts, log, inFlight, count }: CallHandlersDeps,
): ServeMessage {
  const serialize = codec.responseSerialize as (response: object) => Uint8Array
  return (message, call) => {
    const request = requestOf(message, codec, call)
    if (request === null) return
    const context = contexts.of(call)
    inFlight.began()
    void answerOf(context, () => method(request, context), log).then(response => {
      count(response)
      call.answer(serialize(response))
      inFlight.ended()
    })
  }
}

/** Serves a method that is answered by a stream. */
export function streamHandler(
  method: AnyStreamMethod,
  codec: MethodCodec,
  { contexts, log, count }: Pick<CallHandlersDeps, 'contexts' | 'count' | 'log'>,
): ServeMessage {
  const serialize = codec.responseSerialize as (response: object) => Uint8Array
  return (message, call) => {
    const request = requestOf(message, codec, call)
    if (request === null) return
    const context = contexts.of(call)
    call.begin()
    const write = (element: object): boolean => call.write(serialize(element))
    const streamed = (): Promise<{ status: Status }> => method(request, context, write).then(() => ({ status: OK }))
    void answerOf(context, streamed, log).then(answer => {
      count(answer)
      if (answer.status !== OK) write(answer)
      call.end()
    })
  }
}

/** Null: it cannot be read, which the client is told. */
function requestOf(message: Buffer, { requestDeserialize }: MethodCodec, call: DirectCall): object | null {
  try {
    return requestDeserialize(message) as object
  } catch (error) {
    call.refuse(status.INTERNAL, `the request cannot be read: ${(error as Error).message}`)
    return null
  }
}
