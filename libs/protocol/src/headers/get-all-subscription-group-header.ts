import { headerReader, intOr, optionalText, type HeaderOf } from './header-fields'

/** GET_ALL_SUBSCRIPTIONGROUP_CONFIG; without fields it asks for all at once. Source: GetAllSubscriptionGroupRequestHeader.java. */
export const readGetAllSubscriptionGroupHeader = headerReader({
  groupSeq: intOr(null),
  dataVersion: optionalText,
  maxGroupNum: intOr(null),
})
export type GetAllSubscriptionGroupHeader = HeaderOf<typeof readGetAllSubscriptionGroupHeader>
