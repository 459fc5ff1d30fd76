import type { IncomingCommand, OutgoingResponse } from '@rocketmq-ts/protocol'
import type { Channel } from './channel'

/**
 * One request that arrived. `command` and its body are borrowed bytes: valid until `reply` is called (or, for a oneway
 * request, until the handler returns); what must live longer is copied.
 */
export interface RemotingRequest {
  readonly command: IncomingCommand
  readonly channel: Channel
  /**
   * Gives `command` bytes of its own: for a request that waits for long, so that it does not keep the large buffer it
   * came in.
   */
  retain(): void
  /**
   * Answers, once. A oneway request is never answered: the call only ends it. If the channel is gone the response is
   * dropped and its bytes are released.
   */
  reply(response: OutgoingResponse): void
  /** Answers with what `error` is to the peer: a RefusedError's code and message; of anything else code 1, and our log. */
  fail(error: unknown): void
}

/** No promise: `reply` is called now, or when the store has the bytes. What it throws goes to `fail`. */
export type RequestHandler = (request: RemotingRequest) => void

/** From request code to handler: the whole of what a server serves. */
export type RequestHandlers = Readonly<Record<number, RequestHandler>>

/** Makes a handler of an async function, for codes that are not hot: what it resolves to is the answer. */
export function answering(answer: (request: RemotingRequest) => Promise<OutgoingResponse>): RequestHandler {
  return request => {
    answer(request).then(
      response => request.reply(response),
      (error: unknown) => request.fail(error),
    )
  }
}
