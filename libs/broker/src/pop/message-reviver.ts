import { TopicPermission } from '@rocketmq-ts/protocol'
import type { PopCheckPoint } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import { isStored } from '../messages/put-status'
import { NotStoredError } from '../messages/refusals'
import { getMessages, messagesIn, putMessage } from '../messages/store-calls'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { isRetryTopic } from '../topics/topic-names'
import type { TopicFile } from '../topics/topic-file'
import type { TopicTable } from '../topics/topic-table'
import { normalTopicOf, popRetryTopicOf } from './pop-retry-topic'
import { revivedMessageOf } from './revived-message'

export interface MessageReviverDeps {
  readonly config: Pick<BrokerConfig, 'enableRetryTopicV2'>
  readonly topics: Pick<TopicTable, 'find' | 'ensureForSendBack'>
  readonly topicFile: Pick<TopicFile, 'isSaved' | 'saved'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'commit'>
  readonly store: Pick<MessageStore, 'get' | 'put'>
  readonly storeHost: Buffer
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
}

/** Puts messages that were popped and not acknowledged into the retry topic of their group. */
export class MessageReviver {
  constructor(private readonly deps: MessageReviverDeps) {}

  /** False when nobody can want its messages any more: its topic or group has been deleted. */
  isWanted({ topic, group }: PopCheckPoint): boolean {
    const { topics, groups } = this.deps
    return topics.find(normalTopicOf(topic, group)) !== null && groups.find(group) !== null
  }

  /**
   * Resolves when the message is safe in the retry topic, or when it is gone from its queue. Rejects with StorageError,
   * NotStoredError, NotKeptError: then it must be tried again.
   */
  async revive(checkPoint: PopCheckPoint, offset: number): Promise<void> {
    const { topic, queueId } = checkPoint
    const query = { topic, queueId, queueOffset: offset, messageCountMax: 1, bytesMax: null, filter: null }
    const found = await getMessages(this.deps.store, query)
    try {
      for (const message of messagesIn(found)) {
        if (message.queueOffset !== offset) continue
        const retryTopic = await this.requireRetryTopic(checkPoint)
        const revived = revivedMessageOf(message, checkPoint, { topic: retryTopic, storeHost: this.deps.storeHost })
        const { status, reason, storedBytes } = await putMessage(this.deps.store, revived)
        if (!isStored(status)) throw new NotStoredError(reason === null ? status : `${status}: ${reason}`)
        this.deps.statistics.onPut(retryTopic, 1, storedBytes)
      }
    } finally {
      found.release()
    }
  }

  /** A message that comes again a second time stays in the topic that it was in. */
  private async requireRetryTopic({ topic, group }: PopCheckPoint): Promise<string> {
    const { config, topics, topicFile, offsets } = this.deps
    const retryTopic = isRetryTopic(topic)
      ? topic
      : popRetryTopicOf(topic, group, config.enableRetryTopicV2 ? 'V2' : 'V1')
    topics.ensureForSendBack({ topic: retryTopic, queueNums: 1, perm: TopicPermission.READ | TopicPermission.WRITE })
    if (offsets.query(group, retryTopic, 0) < 0) offsets.commit({ group, topic: retryTopic, queueId: 0, offset: 0 })
    if (!topicFile.isSaved(retryTopic)) await topicFile.saved()
    return retryTopic
  }
}
