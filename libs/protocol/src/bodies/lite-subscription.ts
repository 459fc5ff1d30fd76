import { bean, list, longOr, nullable, oneOf, text, type ValueOf } from './json-codec'

/** Source: common/lite/LiteSubscriptionAction.java. */
export const liteSubscriptionAction = oneOf('PARTIAL_ADD', 'PARTIAL_REMOVE', 'COMPLETE_ADD', 'COMPLETE_REMOVE')
export type LiteSubscriptionAction = NonNullable<ValueOf<typeof liteSubscriptionAction>>

/**
 * Where a subscription to a lite topic begins. `value` of a POLICY: 0 where it is, 1 at the first message, 2 after the
 * last. Source: common/lite/OffsetOption.java.
 */
export const liteOffsetOptionJson = bean({
  type: oneOf('POLICY', 'OFFSET', 'TAIL_N', 'TIMESTAMP'),
  value: longOr(0),
})
export type LiteOffsetOption = ValueOf<typeof liteOffsetOptionJson>

/** What one client wants to have of one parent topic. Source: common/lite/LiteSubscriptionDTO.java. */
export const liteSubscriptionJson = bean({
  action: liteSubscriptionAction,
  clientId: nullable(text),
  group: nullable(text),
  liteTopicSet: nullable(list(text)),
  offsetOption: nullable(liteOffsetOptionJson),
  /** The parent. */
  topic: nullable(text),
  version: longOr(0),
})
export type LiteSubscription = ValueOf<typeof liteSubscriptionJson>

/** LITE_SUBSCRIPTION_CTL. Source: remoting/protocol/body/LiteSubscriptionCtlRequestBody.java. */
export const liteSubscriptionCtlJson = bean({ subscriptionSet: list(liteSubscriptionJson) })
