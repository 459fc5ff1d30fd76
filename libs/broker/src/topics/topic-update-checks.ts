import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode, TopicPermission, type TopicConfig } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { requireLegalTopicName } from './topic-validator'

/** Java has no limit; a broker that walks all queues of a topic for one answer needs one. */
export const TOPIC_QUEUE_COUNT_MAX = 65_536
const PERMISSION_MAX = TopicPermission.INHERIT | TopicPermission.WRITE | TopicPermission.READ | TopicPermission.PRIORITY

/** An operator asks for a topic that cannot be. */
export class IllegalTopicError extends RefusedError {
  readonly code = 'RMQ_ILLEGAL_TOPIC'
  readonly responseCode = ResponseCode.INVALID_PARAMETER
}

export interface TopicUpdateChecks {
  readonly config: Pick<BrokerConfig, 'validateSystemTopicWhenUpdateTopic' | 'enableMixedMessageType'>
  readonly isSystemTopic: (topic: string) => boolean
}

/**
 * What an operator may not make of a topic. `attributes` hold signed names. Throws IllegalNameError, IllegalTopicError.
 * Source: broker/processor/AdminBrokerProcessor.java
 */
export function checkTopicUpdate(topic: TopicConfig, { config, isSystemTopic }: TopicUpdateChecks): void {
  requireLegalTopicName(topic.topicName)
  if (config.validateSystemTopicWhenUpdateTopic && isSystemTopic(topic.topicName)) {
    throw new IllegalTopicError(`The topic[${topic.topicName}] is conflict with system topic.`)
  }
  if (!config.enableMixedMessageType && topic.attributes.get('+message.type') === 'MIXED') {
    throw new IllegalTopicError('MIXED message type is not supported.')
  }
  for (const name of ['readQueueNums', 'writeQueueNums'] as const) requireIn(topic, name, TOPIC_QUEUE_COUNT_MAX)
  requireIn(topic, 'perm', PERMISSION_MAX)
}

function requireIn(topic: TopicConfig, name: 'readQueueNums' | 'writeQueueNums' | 'perm', max: number): void {
  const value = topic[name]
  if (value < 0 || value > max) throw new IllegalTopicError(`${name} ${value} of ${topic.topicName}: 0 to ${max}`)
}
