import { flagOr, headerReader, int, text, type HeaderOf } from './header-fields'

/** QUERY_CONSUMER_OFFSET. Source: QueryConsumerOffsetRequestHeader.java. */
export const readQueryConsumerOffsetHeader = headerReader({
  consumerGroup: text,
  topic: text,
  queueId: int,
  setZeroIfNotFound: flagOr(null),
})
export type QueryConsumerOffsetHeader = HeaderOf<typeof readQueryConsumerOffsetHeader>
