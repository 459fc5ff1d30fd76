/** Names with a meaning. Source: common/topic/TopicValidator.java, common/MixAll.java, common/PopAckConstants.java */
export const SystemTopic = {
  /** Its settings are what a topic created by a send starts with. */
  AUTO_CREATE: 'TBW102',
  SCHEDULE: 'SCHEDULE_TOPIC_XXXX',
  BENCHMARK: 'BenchmarkTest',
  TRANSACTION_HALF: 'RMQ_SYS_TRANS_HALF_TOPIC',
  TRANSACTION_OP_HALF: 'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  ROCKSDB_TRANSACTION_HALF: 'RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC',
  ROCKSDB_TRANSACTION_OP_HALF: 'RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC',
  TRANSACTION_CHECK_MAX_TIME: 'TRANS_CHECK_MAX_TIME_TOPIC',
  TRACE: 'RMQ_SYS_TRACE_TOPIC',
  SELF_TEST: 'SELF_TEST_TOPIC',
  OFFSET_MOVED_EVENT: 'OFFSET_MOVED_EVENT',
  ROCKSDB_CHECKPOINT: 'CHECKPOINT_TOPIC',
  TIMER: 'rmq_sys_wheel_timer',
} as const

export const SYSTEM_TOPIC_PREFIX = 'rmq_sys_'
export const RETRY_TOPIC_PREFIX = '%RETRY%'
export const DEAD_LETTER_TOPIC_PREFIX = '%DLQ%'

/** Where messages wait that the group has not been able to consume. */
export function retryTopicOf(group: string): string {
  return RETRY_TOPIC_PREFIX + group
}

/** Pop names its retry topics for the group and the topic, with a + between. Source: common/KeyBuilder.java (parseGroup) */
export function groupOfRetryTopic(retryTopic: string): string {
  const [group = ''] = retryTopic.slice(RETRY_TOPIC_PREFIX.length).split('+')
  return group
}

/** Where messages end that the group was never able to consume. */
export function deadLetterTopicOf(group: string): string {
  return DEAD_LETTER_TOPIC_PREFIX + group
}

export function isRetryTopic(topic: string): boolean {
  return topic.startsWith(RETRY_TOPIC_PREFIX)
}

export function isDeadLetterTopic(topic: string): boolean {
  return topic.startsWith(DEAD_LETTER_TOPIC_PREFIX)
}

/** Where the answers of request-reply go. */
export function replyTopicOf(cluster: string): string {
  return `${cluster}_REPLY_TOPIC`
}

/** Where pop keeps its checkpoints and acks. */
export function reviveTopicOf(cluster: string): string {
  return `${SYSTEM_TOPIC_PREFIX}REVIVE_LOG_${cluster}`
}

export function syncBrokerMemberTopicOf(brokerName: string): string {
  return `${SYSTEM_TOPIC_PREFIX}SYNC_BROKER_MEMBER_${brokerName}`
}
