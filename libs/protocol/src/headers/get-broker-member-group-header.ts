import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_BROKER_MEMBER_GROUP. Source: GetBrokerMemberGroupRequestHeader.java. */
export const readGetBrokerMemberGroupHeader = headerReader({
  clusterName: text,
  brokerName: text,
})
export type GetBrokerMemberGroupHeader = HeaderOf<typeof readGetBrokerMemberGroupHeader>
