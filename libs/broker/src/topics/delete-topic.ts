import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { RETRY_TOPIC_PREFIX } from './topic-names'
import type { TopicFile } from './topic-file'
import type { TopicTable } from './topic-table'

export interface DeleteTopicDeps {
  readonly topics: Pick<TopicTable, 'find' | 'delete'>
  readonly topicFile: Pick<TopicFile, 'saved'>
  readonly offsets: Pick<ConsumerOffsetTable, 'groupsOf' | 'deleteTopic'>
  readonly store: Pick<MessageStore, 'deleteTopics'>
  readonly statistics: Pick<BrokerStatistics, 'forgetTopic'>
  readonly config: Pick<BrokerConfig, 'clearRetryTopicWhenDeleteTopic'>
}

/**
 * Deletes a topic with its queues and offsets, and the topics in which pop keeps its retries. The messages stay in the
 * CommitLog until their file goes. Rejects with NotKeptError, and then the queues stay, or StorageError.
 */
export async function deleteTopic(topic: string, deps: DeleteTopicDeps): Promise<void> {
  const topics = [topic, ...popRetryTopics(topic, deps)]
  for (const name of topics) {
    deps.topics.delete(name)
    deps.offsets.deleteTopic(name)
    deps.statistics.forgetTopic(name)
  }
  await deps.topicFile.saved()
  await deps.store.deleteTopics(topics)
}

/** In both spellings. Source: common/KeyBuilder.java */
function popRetryTopics(topic: string, { topics, offsets, config }: DeleteTopicDeps): readonly string[] {
  if (!config.clearRetryTopicWhenDeleteTopic) return []
  return offsets
    .groupsOf(topic)
    .flatMap(group => [`${RETRY_TOPIC_PREFIX}${group}+${topic}`, `${RETRY_TOPIC_PREFIX}${group}_${topic}`])
    .filter(name => topics.find(name) !== null)
}
