import type { Log } from '@rocketmq-ts/base'
import { RemotingResponse } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import type { TopicTable } from '../topics/topic-table'

/** Of queues that a message is shown in beside that of its topic: no topic stands behind such a name. */
const LIGHT_QUEUE_PREFIX = '%LMQ%'

export interface CleanUnusedTopicDeps {
  readonly store: Pick<MessageStore, 'topics' | 'deleteTopics'>
  readonly topics: Pick<TopicTable, 'find' | 'isSystemTopic'>
  readonly log: Log
}

/** CLEAN_UNUSED_TOPIC: queues go whose topic is no topic of this broker any more. Rejects with StorageError. */
export function cleanUnusedTopic({ store, topics, log }: CleanUnusedTopicDeps): RequestHandler {
  return answering(async () => {
    const unused = store
      .topics()
      .filter(name => topics.find(name) === null && !topics.isSystemTopic(name) && !name.startsWith(LIGHT_QUEUE_PREFIX))
    log.info({ topics: unused }, 'queues without a topic are deleted')
    await store.deleteTopics(unused)
    return RemotingResponse.success()
  })
}
