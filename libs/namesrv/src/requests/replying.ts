import type { OutgoingResponse } from '@rocketmq-ts/protocol'
import type { RemotingRequest, RequestHandler } from '@rocketmq-ts/remoting'

/** Makes a handler of a function that knows the answer at once. */
export function replying(answer: (request: RemotingRequest) => OutgoingResponse): RequestHandler {
  return request => request.reply(answer(request))
}
