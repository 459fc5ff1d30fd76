import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_CONSUMER_CONNECTION_LIST. Source: GetConsumerConnectionListRequestHeader.java. */
export const readGetConsumerConnectionListHeader = headerReader({
  consumerGroup: text,
})
export type GetConsumerConnectionListHeader = HeaderOf<typeof readGetConsumerConnectionListHeader>
