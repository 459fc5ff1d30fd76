import { headerReader, intOr, longOr, optionalText, text, type HeaderOf } from './header-fields'

/** QUERY_CONSUME_QUEUE. Source: QueryConsumeQueueRequestHeader.java. */
export const readQueryConsumeQueueHeader = headerReader({
  topic: text,
  queueId: intOr(0),
  index: longOr(0),
  count: intOr(0),
  consumerGroup: optionalText,
})
export type QueryConsumeQueueHeader = HeaderOf<typeof readQueryConsumeQueueHeader>
