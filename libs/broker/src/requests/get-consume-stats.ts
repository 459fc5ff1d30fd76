import {
  consumeStatsJson,
  readGetConsumeStatsHeader,
  RemotingResponse,
  type GetConsumeStatsHeader,
  type MessageQueue,
  type OffsetWrapper,
} from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { TopicTable } from '../topics/topic-table'

export interface GetConsumeStatsDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'queryPull' | 'topicsOf'>
  readonly consumers: Pick<ConsumerTable, 'find'>
  readonly store: Pick<MessageStore, 'maxOffset' | 'storeTimestampOf'>
  readonly statistics: Pick<BrokerStatistics, 'groupGetTps'>
  readonly config: Pick<BrokerConfig, 'brokerName'>
}

/** GET_CONSUME_STATS: how far a group is in each queue. Rejects with MissingFieldError, StorageError. */
export function getConsumeStats(deps: GetConsumeStatsDeps): RequestHandler {
  const { topics, offsets, store, statistics, config } = deps

  return answering(async ({ command }) => {
    const header = readGetConsumeStatsHeader(command)
    const group = header.consumerGroup
    const offsetTable = new Map<MessageQueue, OffsetWrapper>()
    let consumeTps = 0
    for (const topic of topicsAskedFor(header, deps)) {
      const queueCount = topics.find(topic)?.readQueueNums ?? 0
      for (let queueId = 0; queueId < queueCount; queueId += 1) {
        offsetTable.set({ brokerName: config.brokerName, queueId, topic }, await offsetOf(group, topic, queueId))
      }
      consumeTps += statistics.groupGetTps(group, topic)
    }
    return RemotingResponse.success(null, consumeStatsJson.encode({ consumeTps, offsetTable }))
  })

  async function offsetOf(group: string, topic: string, queueId: number): Promise<OffsetWrapper> {
    const consumerOffset = Math.max(0, offsets.query(group, topic, queueId))
    const lastTimestamp =
      consumerOffset > 0 ? ((await store.storeTimestampOf(topic, queueId, consumerOffset - 1)) ?? 0) : 0
    return {
      brokerOffset: store.maxOffset(topic, queueId),
      consumerOffset,
      lastTimestamp,
      pullOffset: Math.max(consumerOffset, offsets.queryPull(group, topic, queueId)),
    }
  }
}

/** Those listed; else the one named or all with offsets, unless the group is online and does not subscribe to them. */
function topicsAskedFor(header: GetConsumeStatsHeader, deps: GetConsumeStatsDeps): readonly string[] {
  const listed = header.topicList?.split(';').filter(topic => topic.trim() !== '') ?? []
  if (listed.length > 0) return listed
  const { consumerGroup: group, topic } = header
  const wanted = topic === null || topic.trim() === '' ? deps.offsets.topicsOf(group) : [topic]
  const subscriptions = deps.consumers.find(group)?.subscriptions
  if (subscriptions === undefined || subscriptions.size === 0) return wanted
  return wanted.filter(name => subscriptions.find(name) !== null)
}
