import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_SUBSCRIPTIONGROUP_CONFIG. Source: GetSubscriptionGroupConfigRequestHeader.java. */
export const readGetSubscriptionGroupConfigHeader = headerReader({
  group: text,
})
export type GetSubscriptionGroupConfigHeader = HeaderOf<typeof readGetSubscriptionGroupConfigHeader>
