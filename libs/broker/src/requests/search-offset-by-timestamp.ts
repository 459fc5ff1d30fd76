import { readSearchOffsetHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import { liteQueueName } from '../lite/lite-queue-names'

export interface SearchOffsetByTimestampDeps {
  readonly store: Pick<MessageStore, 'maxOffset' | 'offsetByTime'>
}

/** SEARCH_OFFSET_BY_TIMESTAMP: where a queue, or a lite topic, was at a time. */
export function searchOffsetByTimestamp({ store }: SearchOffsetByTimestampDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { topic, queueId, timestamp, boundaryType, liteTopic } = readSearchOffsetHeader(command)
    const isLite = liteTopic !== null && liteTopic.trim() !== ''
    const name = isLite ? liteQueueName(topic, liteTopic) : topic
    const isNone = isLite && (queueId !== 0 || store.maxOffset(name, 0) === 0)
    const offset = isNone ? 0 : await store.offsetByTime(name, queueId, timestamp, boundaryType)
    return RemotingResponse.success({ offset: String(offset) })
  })
}
