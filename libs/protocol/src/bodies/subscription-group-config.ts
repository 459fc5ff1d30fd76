import {
  bean,
  flagOr,
  intOr,
  list,
  long,
  longArrayOr,
  longOr,
  nullable,
  oneOfOr,
  orElse,
  table,
  text,
  type ValueOf,
} from './json-codec'

const simpleSubscriptionDataJson = bean({
  expression: nullable(text),
  expressionType: nullable(text),
  topic: text,
  version: long,
})

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const CUSTOMIZED_DELAYS_MS: readonly number[] = [
  ...[1, 5, 10, 30].map(seconds => seconds * SECOND_MS),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 60, 120].map(minutes => minutes * MINUTE_MS),
]

/** How long a message waits before each retry. Source: remoting/protocol/subscription/GroupRetryPolicy.java. */
export const groupRetryPolicyJson = bean({
  customizedRetryPolicy: nullable(bean({ next: longArrayOr(CUSTOMIZED_DELAYS_MS) })),
  exponentialRetryPolicy: nullable(
    bean({ initial: longOr(5 * SECOND_MS), max: longOr(120 * MINUTE_MS), multiplier: longOr(2) }),
  ),
  type: oneOfOr('CUSTOMIZED', 'EXPONENTIAL', 'CUSTOMIZED'),
})
export type GroupRetryPolicy = ValueOf<typeof groupRetryPolicyJson>

/** Source: remoting/protocol/subscription/SubscriptionGroupConfig.java. */
export const subscriptionGroupConfigJson = bean({
  attributes: table(text),
  brokerId: longOr(0),
  consumeBroadcastEnable: flagOr(true),
  consumeEnable: flagOr(true),
  consumeFromMinEnable: flagOr(true),
  consumeMessageOrderly: flagOr(false),
  consumeTimeoutMinute: intOr(15),
  groupName: text,
  groupRetryPolicy: orElse(groupRetryPolicyJson, () => groupRetryPolicyJson.read({}, '')),
  groupSysFlag: intOr(0),
  notifyConsumerIdsChangedEnable: flagOr(true),
  retryMaxTimes: intOr(16),
  retryQueueNums: intOr(1),
  subscriptionDataSet: nullable(list(simpleSubscriptionDataJson)),
  whichBrokerWhenConsumeSlowly: longOr(1),
})
export type SubscriptionGroupConfig = ValueOf<typeof subscriptionGroupConfigJson>

/** A group as Java creates it. */
export function defaultSubscriptionGroupConfig(groupName: string): SubscriptionGroupConfig {
  return subscriptionGroupConfigJson.read({ groupName }, '')
}
