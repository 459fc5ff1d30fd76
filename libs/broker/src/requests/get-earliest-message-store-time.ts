import { readGetEarliestMsgStoretimeHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'

export interface GetEarliestMessageStoreTimeDeps {
  readonly store: Pick<MessageStore, 'earliestStoreTimestamp'>
}

/** GET_EARLIEST_MSG_STORETIME: when the oldest message of a queue was stored; -1 if there is none. */
export function getEarliestMessageStoreTime({ store }: GetEarliestMessageStoreTimeDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { topic, queueId } = readGetEarliestMsgStoretimeHeader(command)
    const timestamp = (await store.earliestStoreTimestamp(topic, queueId)) ?? -1
    return RemotingResponse.success({ timestamp: String(timestamp) })
  })
}
