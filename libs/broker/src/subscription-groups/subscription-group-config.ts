import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'

/** A group with Java's defaults for all that is not given. Source: remoting/protocol/subscription/SubscriptionGroupConfig.java */
export function subscriptionGroupConfigOf(
  given: Partial<SubscriptionGroupConfig> & Pick<SubscriptionGroupConfig, 'groupName'>,
): SubscriptionGroupConfig {
  return {
    consumeEnable: true,
    consumeFromMinEnable: true,
    consumeBroadcastEnable: true,
    consumeMessageOrderly: false,
    retryQueueNums: 1,
    retryMaxTimes: 16,
    groupRetryPolicy: { type: 'CUSTOMIZED' },
    brokerId: 0,
    whichBrokerWhenConsumeSlowly: 1,
    notifyConsumerIdsChangedEnable: true,
    groupSysFlag: 0,
    consumeTimeoutMinute: 15,
    subscriptionDataSet: null,
    attributes: {},
    ...given,
  }
}
