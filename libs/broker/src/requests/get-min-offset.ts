import { readGetMinOffsetHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'

export interface GetMinOffsetDeps {
  readonly store: Pick<MessageStore, 'minOffset'>
}

/** GET_MIN_OFFSET: the smallest offset that is still there; 0 for an unknown queue. */
export function getMinOffset({ store }: GetMinOffsetDeps): RequestHandler {
  return request => {
    const { topic, queueId } = readGetMinOffsetHeader(request.command)
    request.reply(RemotingResponse.success({ offset: String(store.minOffset(topic, queueId)) }))
  }
}
