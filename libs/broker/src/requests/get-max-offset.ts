import { readGetMaxOffsetHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'

export interface GetMaxOffsetDeps {
  readonly store: Pick<MessageStore, 'maxOffset'>
}

/** GET_MAX_OFFSET: the offset that the next message will get; 0 for an unknown queue. */
export function getMaxOffset({ store }: GetMaxOffsetDeps): RequestHandler {
  return request => {
    const { topic, queueId } = readGetMaxOffsetHeader(request.command)
    request.reply(RemotingResponse.success({ offset: String(store.maxOffset(topic, queueId)) }))
  }
}
