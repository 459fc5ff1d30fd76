import { headerReader, intOr, longOr, text, type HeaderOf } from './header-fields'

/** UPDATE_CONSUMER_OFFSET. Source: UpdateConsumerOffsetRequestHeader.java. */
export const readUpdateConsumerOffsetHeader = headerReader({
  consumerGroup: text,
  topic: text,
  /** Null when missing, which is answered INVALID_PARAMETER. */
  queueId: intOr(null),
  commitOffset: longOr(null),
})
export type UpdateConsumerOffsetHeader = HeaderOf<typeof readUpdateConsumerOffsetHeader>
