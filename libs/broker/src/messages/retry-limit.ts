import { MqVersion, TopicPermission } from '@rocketmq-ts/protocol'
import type { SendMessageHeader, TopicConfig } from '@rocketmq-ts/protocol'
import type { QueueLockTable } from '../queue-locks/queue-lock-table'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { deadLetterTopicOf, RETRY_TOPIC_PREFIX } from '../topics/topic-names'
import type { TopicTable } from '../topics/topic-table'
import { FAQ_HINT, SubscriptionGroupNotExistError } from './refusals'

export interface RetryLimitDeps {
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
  readonly queueLocks: Pick<QueueLockTable, 'hasLocks'>
}

/** How often a group may get a message again: as the client says, if it is new enough to say it. */
export function retryLimitOf(
  { retryMaxTimes }: { readonly retryMaxTimes: number },
  { maxReconsumeTimes, version }: { readonly maxReconsumeTimes: number | null; readonly version: number },
): number {
  return version >= MqVersion.V3_4_9 && maxReconsumeTimes !== null ? maxReconsumeTimes : retryMaxTimes
}

/**
 * The group whose dead letter a message sent to a retry topic has become, or null while it may be tried again. A group
 * that holds queue locks consumes in order and has already tried as often as it wants to. Throws
 * SubscriptionGroupNotExistError. Source: broker/processor/SendMessageProcessor.java
 */
export function deadLetterGroupOf(header: SendMessageHeader, version: number, deps: RetryLimitDeps): string | null {
  const groupName = header.topic.slice(RETRY_TOPIC_PREFIX.length)
  const group = deps.groups.find(groupName)
  if (group === null) {
    throw new SubscriptionGroupNotExistError(`subscription group not exist, ${groupName} ${FAQ_HINT}`)
  }
  const { maxReconsumeTimes } = header
  const isOverLimit = header.reconsumeTimes > retryLimitOf(group, { maxReconsumeTimes, version })
  return isOverLimit || deps.queueLocks.hasLocks(groupName) ? groupName : null
}

/** Dead letters have one queue; it can be read, so that someone can look after them. */
export function ensureDeadLetterTopic(group: string, topics: Pick<TopicTable, 'ensureForSendBack'>): TopicConfig {
  const perm = TopicPermission.READ | TopicPermission.WRITE
  return topics.ensureForSendBack({ topic: deadLetterTopicOf(group), queueNums: 1, perm })
}
