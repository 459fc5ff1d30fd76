import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_CONSUMER_LIST_BY_GROUP. Source: GetConsumerListByGroupRequestHeader.java. */
export const readGetConsumerListByGroupHeader = headerReader({
  consumerGroup: text,
})
export type GetConsumerListByGroupHeader = HeaderOf<typeof readGetConsumerListByGroupHeader>
