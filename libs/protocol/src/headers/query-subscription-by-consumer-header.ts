import { headerReader, optionalText, text, type HeaderOf } from './header-fields'

/** QUERY_SUBSCRIPTION_BY_CONSUMER. Source: QuerySubscriptionByConsumerRequestHeader.java. */
export const readQuerySubscriptionByConsumerHeader = headerReader({
  group: text,
  topic: optionalText,
})
export type QuerySubscriptionByConsumerHeader = HeaderOf<typeof readQuerySubscriptionByConsumerHeader>
