import { flagOr, headerReader, int, long, optionalText, text, type HeaderOf } from './header-fields'

/** CHANGE_MESSAGE_INVISIBLETIME. Source: ChangeInvisibleTimeRequestHeader.java. */
export const readChangeInvisibleTimeHeader = headerReader({
  consumerGroup: text,
  topic: text,
  queueId: int,
  extraInfo: text,
  offset: long,
  invisibleTime: long,
  liteTopic: optionalText,
  /** The message was not used: when it comes again, that is no further attempt. */
  suspend: flagOr(false),
})
export type ChangeInvisibleTimeHeader = HeaderOf<typeof readChangeInvisibleTimeHeader>
