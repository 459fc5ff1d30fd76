import { TopicPermission } from '@rocketmq-ts/protocol'
import type { TopicConfig } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { topicConfigOf } from './topic-config'
import { replyTopicOf, reviveTopicOf, syncBrokerMemberTopicOf, SystemTopic } from './topic-names'

const SCHEDULE_QUEUE_COUNT = 18
const BENCHMARK_QUEUE_COUNT = 1024
const READ_WRITE = TopicPermission.READ | TopicPermission.WRITE

export type BootTopicsConfig = Pick<
  BrokerConfig,
  | 'autoCreateTopicEnable'
  | 'brokerClusterName'
  | 'brokerName'
  | 'brokerTopicEnable'
  | 'clusterTopicEnable'
  | 'defaultTopicQueueNums'
  | 'msgTraceTopicName'
  | 'reviveQueueNum'
  | 'timerWheelEnable'
  | 'traceTopicEnable'
>

/** The topics that every start makes; what topics.json says of them wins. Source: broker/topic/TopicConfigManager.java */
export function bootTopics(config: BootTopicsConfig): readonly TopicConfig[] {
  return [
    withQueues(SystemTopic.SELF_TEST, 1),
    ...(config.autoCreateTopicEnable
      ? [withQueues(SystemTopic.AUTO_CREATE, config.defaultTopicQueueNums, READ_WRITE | TopicPermission.INHERIT)]
      : []),
    withQueues(SystemTopic.BENCHMARK, BENCHMARK_QUEUE_COUNT),
    topicConfigOf({ topicName: config.brokerClusterName, perm: namesakePerm(config.clusterTopicEnable) }),
    withQueues(config.brokerName, 1, namesakePerm(config.brokerTopicEnable)),
    withQueues(SystemTopic.OFFSET_MOVED_EVENT, 1),
    withQueues(SystemTopic.SCHEDULE, SCHEDULE_QUEUE_COUNT),
    ...(config.traceTopicEnable ? [withQueues(config.msgTraceTopicName, 1)] : []),
    withQueues(replyTopicOf(config.brokerClusterName), 1),
    withQueues(reviveTopicOf(config.brokerClusterName), config.reviveQueueNum),
    withQueues(syncBrokerMemberTopicOf(config.brokerName), 1, TopicPermission.INHERIT),
    withQueues(SystemTopic.TRANSACTION_HALF, 1),
    withQueues(SystemTopic.TRANSACTION_OP_HALF, 1),
    withQueues(SystemTopic.ROCKSDB_TRANSACTION_HALF, 1),
    withQueues(SystemTopic.ROCKSDB_TRANSACTION_OP_HALF, 1),
    ...(config.timerWheelEnable ? [withQueues(SystemTopic.TIMER, 1)] : []),
  ]
}

function withQueues(topicName: string, queueCount: number, perm: number = READ_WRITE): TopicConfig {
  return topicConfigOf({ topicName, readQueueNums: queueCount, writeQueueNums: queueCount, perm })
}

/** The topics named for the cluster and the broker: templates for others, and open themselves if so configured. */
function namesakePerm(isOpen: boolean): number {
  return isOpen ? READ_WRITE | TopicPermission.INHERIT : TopicPermission.INHERIT
}
