import { headerReader, int, text, type HeaderOf } from './header-fields'

/** GET_EARLIEST_MSG_STORETIME. Source: GetEarliestMsgStoretimeRequestHeader.java. */
export const readGetEarliestMsgStoretimeHeader = headerReader({
  topic: text,
  queueId: int,
})
export type GetEarliestMsgStoretimeHeader = HeaderOf<typeof readGetEarliestMsgStoretimeHeader>
