import type { SubscriptionData } from '@rocketmq-ts/protocol'
import { timestampOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConsumerGroups, OnlineGroup } from '../../messaging/consumer-groups'

const RETRY_PREFIX = '%RETRY%'

/** Not the retry topic, which every group has. */
export function isShown(topic: string): boolean {
  return !topic.startsWith(RETRY_PREFIX)
}

/** What a group subscribes to, and what it consumed from before; of one topic only, unless that is null. */
export async function subscriptionsOf(
  group: string,
  topic: string | null,
  groups: Pick<ConsumerGroups, 'online' | 'topicsOf'>,
): Promise<v2.SubscriptionInfo.$Properties[]> {
  const [places, consumed] = await Promise.all([groups.online(group), groups.topicsOf(group)])
  const subscribed = places.flatMap(({ subscriptionTable }) => [...subscriptionTable.keys()])
  return [...new Set([...subscribed, ...consumed])]
    .filter(name => isShown(name) && (topic === null || name === topic))
    .sort()
    .map(name => subscriptionInfo(group, name, places))
}

function subscriptionInfo(
  group: string,
  topic: string,
  places: readonly OnlineGroup[],
): v2.SubscriptionInfo.$Properties {
  const found = places.flatMap(({ subscriptionTable }) => subscriptionTable.get(topic) ?? [])
  const expressions = new Set(found.map(expressionText))
  const newest = Math.max(0, ...found.map(({ subVersion }) => subVersion))
  return {
    group: { name: group },
    topic: { name: topic },
    ...(found[0] === undefined ? {} : { expression: filterOf(found[0]) }),
    online: found.length > 0,
    ...(newest === 0 ? {} : { lastUpdateTimestamp: timestampOfMs(newest) }),
    messageModel: messageModelOf(places[0]?.messageModel ?? null),
    subscriptionConsistency: expressions.size <= 1,
  }
}

/** Equal for equal subscriptions. */
export function expressionText({ expressionType, subString }: SubscriptionData): string {
  return `${expressionType} ${subString ?? ''}`
}

export function filterOf({ expressionType, subString }: SubscriptionData): v2.FilterExpression.$Properties {
  return { type: expressionType === 'SQL92' ? v2.FilterType.SQL : v2.FilterType.TAG, expression: subString ?? '' }
}

export function messageModelOf(name: OnlineGroup['messageModel']): v2.MessageModel {
  return v2.MessageModel[name ?? 'MESSAGE_MODEL_UNSPECIFIED']
}
