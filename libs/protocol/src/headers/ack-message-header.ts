import { headerReader, int, long, optionalText, text, type HeaderOf } from './header-fields'

/** ACK_MESSAGE. Source: AckMessageRequestHeader.java. */
export const readAckMessageHeader = headerReader({
  consumerGroup: text,
  /** The retry topic, if the message was popped from it. */
  topic: text,
  queueId: int,
  extraInfo: text,
  offset: long,
  liteTopic: optionalText,
})
export type AckMessageHeader = HeaderOf<typeof readAckMessageHeader>
