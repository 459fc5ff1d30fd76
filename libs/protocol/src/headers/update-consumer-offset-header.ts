import { headerReader, int, long, text, type HeaderOf } from './header-fields'

/** UPDATE_CONSUMER_OFFSET. Source: UpdateConsumerOffsetRequestHeader.java. */
export const readUpdateConsumerOffsetHeader = headerReader({
  consumerGroup: text,
  topic: text,
  queueId: int,
  commitOffset: long,
})
export type UpdateConsumerOffsetHeader = HeaderOf<typeof readUpdateConsumerOffsetHeader>
