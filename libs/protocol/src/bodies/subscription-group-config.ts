import {
  bean,
  double,
  flagOr,
  list,
  nullable,
  oneOf,
  orElse,
  table,
  text,
  textOr,
  whole,
  wholeOr,
  type ValueOf,
} from './json-codec'

const simpleSubscriptionDataJson = bean({
  expression: nullable(text),
  expressionType: nullable(text),
  topic: text,
  version: whole,
})

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const CUSTOMIZED_DELAYS_MS: readonly number[] = [
  ...[1, 5, 10, 30].map(seconds => seconds * SECOND_MS),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 60, 120].map(minutes => minutes * MINUTE_MS),
]

/** How long a message waits before each retry. Source: remoting/protocol/subscription/GroupRetryPolicy.java. */
export const groupRetryPolicyJson = bean({
  customizedRetryPolicy: nullable(bean({ next: orElse(list(whole), () => CUSTOMIZED_DELAYS_MS) })),
  exponentialRetryPolicy: nullable(
    bean({ initial: wholeOr(5 * SECOND_MS), max: wholeOr(120 * MINUTE_MS), multiplier: wholeOr(2) }),
  ),
  type: oneOf('CUSTOMIZED', 'EXPONENTIAL'),
})
export type GroupRetryPolicy = ValueOf<typeof groupRetryPolicyJson>

/** Source: remoting/protocol/subscription/SubscriptionGroupConfig.java. */
export const subscriptionGroupConfigJson = bean({
  attributes: table(text),
  brokerId: wholeOr(0),
  consumeBroadcastEnable: flagOr(true),
  consumeEnable: flagOr(true),
  consumeFromMinEnable: flagOr(true),
  consumeMessageOrderly: flagOr(false),
  consumeTimeoutMinute: wholeOr(15),
  groupName: text,
  groupRetryPolicy: orElse(groupRetryPolicyJson, () => groupRetryPolicyJson.read({ type: 'CUSTOMIZED' }, '')),
  groupSysFlag: wholeOr(0),
  notifyConsumerIdsChangedEnable: flagOr(true),
  retryMaxTimes: wholeOr(16),
  retryQueueNums: wholeOr(1),
  subscriptionDataSet: nullable(list(simpleSubscriptionDataJson)),
  whichBrokerWhenConsumeSlowly: wholeOr(1),
})
export type SubscriptionGroupConfig = ValueOf<typeof subscriptionGroupConfigJson>

/** A group as Java creates it. */
export function defaultSubscriptionGroupConfig(groupName: string): SubscriptionGroupConfig {
  return subscriptionGroupConfigJson.read({ groupName }, '')
}
