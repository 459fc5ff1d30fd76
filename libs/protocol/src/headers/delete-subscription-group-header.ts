import { flagOr, headerReader, text, type HeaderOf } from './header-fields'

/** DELETE_SUBSCRIPTIONGROUP. Source: DeleteSubscriptionGroupRequestHeader.java. */
export const readDeleteSubscriptionGroupHeader = headerReader({
  groupName: text,
  cleanOffset: flagOr(false),
})
export type DeleteSubscriptionGroupHeader = HeaderOf<typeof readDeleteSubscriptionGroupHeader>
