import { RemotingResponse } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import type { TopicTable } from '../topics/topic-table'

export interface CleanExpiredConsumeQueueDeps {
  readonly store: Pick<MessageStore, 'topics' | 'deleteExpiredQueues'>
  readonly topics: Pick<TopicTable, 'isSystemTopic'>
}

/** CLEAN_EXPIRED_CONSUMEQUEUE: queues of which no message is left go, but those of system topics. Rejects with StorageError. */
export function cleanExpiredConsumeQueue({ store, topics }: CleanExpiredConsumeQueueDeps): RequestHandler {
  return answering(async () => {
    await store.deleteExpiredQueues(store.topics().filter(topic => !topics.isSystemTopic(topic)))
    return RemotingResponse.success()
  })
}
