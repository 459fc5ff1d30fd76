import {
  readGetTopicStatsInfoHeader,
  RemotingResponse,
  topicStatsTableJson,
  type MessageQueue,
  type TopicOffset,
} from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { TopicNotExistError } from '../messages/refusals'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { TopicTable } from '../topics/topic-table'

export interface GetTopicStatsInfoDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly store: Pick<MessageStore, 'minOffset' | 'maxOffset' | 'storeTimestampOf'>
  readonly statistics: Pick<BrokerStatistics, 'topicPutTps'>
  readonly config: Pick<BrokerConfig, 'brokerName'>
}

/** GET_TOPIC_STATS_INFO: what each queue holds. Rejects with MissingFieldError, TopicNotExistError, StorageError. */
export function getTopicStatsInfo({ topics, store, statistics, config }: GetTopicStatsInfoDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { topic } = readGetTopicStatsInfoHeader(command)
    const topicConfig = topics.find(topic)
    if (topicConfig === null) throw new TopicNotExistError(`topic[${topic}] not exist`)
    const offsetTable = new Map<MessageQueue, TopicOffset>()
    const queueCount = Math.max(topicConfig.readQueueNums, topicConfig.writeQueueNums)
    for (let queueId = 0; queueId < queueCount; queueId += 1) {
      offsetTable.set({ brokerName: config.brokerName, queueId, topic }, await topicOffset(topic, queueId))
    }
    const topicPutTps = statistics.topicPutTps(topic)
    return RemotingResponse.success(null, topicStatsTableJson.encode({ offsetTable, topicPutTps }))
  })

  async function topicOffset(topic: string, queueId: number): Promise<TopicOffset> {
    const maxOffset = store.maxOffset(topic, queueId)
    const lastUpdateTimestamp = maxOffset > 0 ? ((await store.storeTimestampOf(topic, queueId, maxOffset - 1)) ?? 0) : 0
    return { lastUpdateTimestamp, maxOffset, minOffset: store.minOffset(topic, queueId) }
  }
}
