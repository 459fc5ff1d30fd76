import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TopicTable } from '../topics/topic-table'
import { SubscriptionGroupNotExistError, TopicNotExistError } from '../messages/refusals'
import { boundTopicOf } from './lite-groups'
import { NotOfLiteTopicsError } from './lite-refusals'

export interface LiteAdminChecksDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
}

/** The name of a parent of lite topics. Throws TopicNotExistError, NotOfLiteTopicsError. Source: broker/processor/LiteManagerProcessor.java */
export function requireParentTopic(topic: string | null, { topics }: LiteAdminChecksDeps): string {
  const found = topic === null ? null : topics.find(topic)
  if (topic === null || found === null) throw new TopicNotExistError(`Topic [${topic}] not exist.`)
  if (found.attributes.get('message.type') === 'LITE') return topic
  throw new NotOfLiteTopicsError(`Topic [${topic}] type not match.`)
}

/** The parent topic of a group. Throws SubscriptionGroupNotExistError, NotOfLiteTopicsError. */
export function requireLiteGroup(group: string, deps: LiteAdminChecksDeps): string {
  const boundTopic = boundTopicOfGroup(group, deps)
  if (boundTopic !== null && boundTopic !== '') return boundTopic
  throw new NotOfLiteTopicsError(`Group [${group}] is not a LITE group.`)
}

/** The name of a group that is bound to that parent. Throws SubscriptionGroupNotExistError, NotOfLiteTopicsError. */
export function requireGroupOf(parentTopic: string, group: string | null, deps: LiteAdminChecksDeps): string {
  if (group !== null && boundTopicOfGroup(group, deps) === parentTopic) return group
  if (group === null) throw new SubscriptionGroupNotExistError('Group [null] not exist.')
  throw new NotOfLiteTopicsError(`Subscription [${group}]-[${parentTopic}] not match.`)
}

function boundTopicOfGroup(group: string, { groups }: LiteAdminChecksDeps): string | null {
  const found = groups.find(group)
  if (found === null) throw new SubscriptionGroupNotExistError(`Group [${group}] not exist.`)
  return boundTopicOf(found)
}
