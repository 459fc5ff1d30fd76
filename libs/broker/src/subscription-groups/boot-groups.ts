import { defaultSubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'

const SYSTEM_GROUP_PREFIX = 'CID_RMQ_SYS_'

/** Groups of the tools and of the broker itself. Source: broker/subscription/SubscriptionGroupManager.java */
const bootGroupNames = [
  'TOOLS_CONSUMER',
  'FILTERSRV_CONSUMER',
  'SELF_TEST_C_GROUP',
  'CID_ONS-HTTP-PROXY',
  'CID_ONSAPI_PULL',
  'CID_ONSAPI_PERMISSION',
  'CID_ONSAPI_OWNER',
  'CID_RMQ_SYS_TRANS',
] as const

/** The groups that every start makes; what subscriptionGroup.json says of them wins. */
export function bootGroups(): readonly SubscriptionGroupConfig[] {
  return bootGroupNames.map(defaultSubscriptionGroupConfig)
}

/** A group of the broker itself. */
export function isSystemGroup(group: string): boolean {
  return group.startsWith(SYSTEM_GROUP_PREFIX)
}
