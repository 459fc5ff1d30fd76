import {
  bean,
  double,
  flagOr,
  list,
  nullable,
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

/** Source: remoting/protocol/subscription/GroupRetryPolicy.java. */
export const groupRetryPolicyJson = bean({
  customizedRetryPolicy: nullable(bean({ next: list(whole) })),
  exponentialRetryPolicy: nullable(bean({ initial: whole, max: whole, multiplier: double })),
  type: textOr('CUSTOMIZED'),
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
  groupRetryPolicy: orElse(groupRetryPolicyJson, () => groupRetryPolicyJson.read({}, '')),
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
