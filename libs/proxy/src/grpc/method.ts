import type { MessagingMethodName, RequestOf, ResponseOf } from '@rocketmq-ts/protocol/grpc'
import type { CallContext } from './calls/call-context'

/** A method that is answered once. What it throws becomes the status of its answer. */
export type UnaryMethod<Name extends MessagingMethodName> = (
  request: RequestOf<Name>,
  context: CallContext,
) => Promise<ResponseOf<Name>>

/** Takes the next element of an answer; false when the client has gone, and it was not sent. */
export type Write<Name extends MessagingMethodName> = (element: ResponseOf<Name>) => boolean

/** A method that is answered by a stream, which ends when it returns. What it throws becomes a status on the stream. */
export type StreamMethod<Name extends MessagingMethodName> = (
  request: RequestOf<Name>,
  context: CallContext,
  write: Write<Name>,
) => Promise<void>
