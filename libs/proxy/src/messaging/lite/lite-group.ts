import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'

type Group = Pick<SubscriptionGroupConfig, 'attributes'>

const CLIENT_QUOTA = 2000

/** The topic whose lite topics the group consumes; null: it is no lite group. Source: common/SubscriptionGroupAttributes.java */
export function liteParentOf({ attributes }: Group): string | null {
  const topic = attributes.get('lite.bind.topic') ?? ''
  return topic === '' ? null : topic
}

/** Lite topics that one client of the group may subscribe to. */
export function liteQuotaOf({ attributes }: Group): number {
  return Number(attributes.get('lite.sub.client.quota') ?? CLIENT_QUOTA)
}
