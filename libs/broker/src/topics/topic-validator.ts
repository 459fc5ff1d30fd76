import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import { isDeadLetterTopic, isRetryTopic, SYSTEM_TOPIC_PREFIX, SystemTopic } from './topic-names'

const TOPIC_LENGTH_MAX = 127
const RETRY_OR_DEAD_LETTER_TOPIC_LENGTH_MAX = 255
/** Shorter than a topic's: the group is a part of the names of its retry topics. */
const GROUP_LENGTH_MAX = 120
const LEGAL_NAME = /^[%|a-zA-Z0-9_-]*$/
const LEGAL_NAME_TEXT = '^[%|a-zA-Z0-9_-]+$'

/** What every broker counts among its system topics, made by it or not. */
export const systemTopics: ReadonlySet<string> = new Set([
  SystemTopic.AUTO_CREATE,
  SystemTopic.SCHEDULE,
  SystemTopic.BENCHMARK,
  SystemTopic.TRANSACTION_HALF,
  SystemTopic.TRACE,
  SystemTopic.TRANSACTION_OP_HALF,
  SystemTopic.TRANSACTION_CHECK_MAX_TIME,
  SystemTopic.SELF_TEST,
  SystemTopic.OFFSET_MOVED_EVENT,
  SystemTopic.ROCKSDB_CHECKPOINT,
  SystemTopic.ROCKSDB_TRANSACTION_HALF,
  SystemTopic.ROCKSDB_TRANSACTION_OP_HALF,
])

const topicsClosedToClients: ReadonlySet<string> = new Set([
  SystemTopic.SCHEDULE,
  SystemTopic.TRANSACTION_HALF,
  SystemTopic.TRANSACTION_OP_HALF,
  SystemTopic.TRANSACTION_CHECK_MAX_TIME,
  SystemTopic.SELF_TEST,
  SystemTopic.OFFSET_MOVED_EVENT,
  SystemTopic.ROCKSDB_TRANSACTION_HALF,
  SystemTopic.ROCKSDB_TRANSACTION_OP_HALF,
])

/** A topic or group name that RocketMQ does not allow. */
export class IllegalNameError extends RefusedError {
  readonly code = 'RMQ_ILLEGAL_NAME'
  readonly responseCode = ResponseCode.INVALID_PARAMETER
}

/** A topic that only the broker itself may write to. */
export class SendForbiddenError extends RefusedError {
  readonly code = 'RMQ_SEND_FORBIDDEN'
  readonly responseCode = ResponseCode.NO_PERMISSION

  constructor(topic: string) {
    super(`Sending message to topic[${topic}] is forbidden.`)
  }
}

/** What is wrong with a topic's name, or null. Source: common/topic/TopicValidator.java */
export function topicNameProblem(topic: string): string | null {
  if (topic.trim() === '') return 'The specified topic is blank.'
  if (!LEGAL_NAME.test(topic)) {
    return `The specified topic: ${topic}, contains illegal characters, allowing only ${LEGAL_NAME_TEXT}`
  }
  if (isRetryTopic(topic) || isDeadLetterTopic(topic)) {
    return topic.length <= RETRY_OR_DEAD_LETTER_TOPIC_LENGTH_MAX
      ? null
      : `The specified topic is DLQ or Retry topic: ${topic}, and it's longer than topic max length: ${RETRY_OR_DEAD_LETTER_TOPIC_LENGTH_MAX}`
  }
  return topic.length <= TOPIC_LENGTH_MAX
    ? null
    : `The specified topic: ${topic}, is longer than topic max length: ${TOPIC_LENGTH_MAX}`
}

/** What is wrong with a consumer group's name, or null. */
export function groupNameProblem(group: string): string | null {
  if (group.trim() === '') return 'The specified group is blank.'
  if (!LEGAL_NAME.test(group)) {
    return `The specified group: ${group}, contains illegal characters, allowing only ${LEGAL_NAME_TEXT}`
  }
  return group.length <= GROUP_LENGTH_MAX
    ? null
    : `The specified group: ${group}, is longer than group max length: ${GROUP_LENGTH_MAX}`
}

/** Throws IllegalNameError. */
export function requireLegalTopicName(topic: string): void {
  const problem = topicNameProblem(topic)
  if (problem !== null) throw new IllegalNameError(problem)
}

/** Throws IllegalNameError. */
export function requireLegalGroupName(group: string): void {
  const problem = groupNameProblem(group)
  if (problem !== null) throw new IllegalNameError(problem)
}

/** True for the topics of every broker; `TopicTable.isSystemTopic` also knows those named for this broker and its cluster. */
export function isSystemTopic(topic: string): boolean {
  return systemTopics.has(topic) || topic.startsWith(SYSTEM_TOPIC_PREFIX)
}

/** True when only the broker itself may write to the topic. */
export function isClosedToClients(topic: string): boolean {
  return topicsClosedToClients.has(topic)
}

/** Throws SendForbiddenError. */
export function requireOpenToClients(topic: string): void {
  if (isClosedToClients(topic)) throw new SendForbiddenError(topic)
}
