import { subscriptionDataJson } from './heartbeat-data'
import { bean, nullable, text, type ValueOf } from './json-codec'

/** QUERY_SUBSCRIPTION_BY_CONSUMER. Source: remoting/protocol/body/QuerySubscriptionResponseBody.java. */
export const subscriptionQueryJson = bean({
  group: nullable(text),
  subscriptionData: nullable(subscriptionDataJson),
  topic: nullable(text),
})
export type SubscriptionQuery = ValueOf<typeof subscriptionQueryJson>
