import { readSearchOffsetHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'

export interface SearchOffsetByTimestampDeps {
  readonly store: Pick<MessageStore, 'offsetByTime'>
}

/** SEARCH_OFFSET_BY_TIMESTAMP: where a queue was at a time. A lite topic, which is not served, is an empty queue. */
export function searchOffsetByTimestamp({ store }: SearchOffsetByTimestampDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { topic, queueId, timestamp, boundaryType, liteTopic } = readSearchOffsetHeader(command)
    const isLite = liteTopic !== null && liteTopic.trim() !== ''
    const offset = isLite ? 0 : await store.offsetByTime(topic, queueId, timestamp, boundaryType)
    return RemotingResponse.success({ offset: String(offset) })
  })
}
