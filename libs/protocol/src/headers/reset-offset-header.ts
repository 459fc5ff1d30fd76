import { flagOr, headerReader, intOr, longOr, text, type HeaderOf } from './header-fields'

/** INVOKE_BROKER_TO_RESET_OFFSET and, pushed to a client, RESET_CONSUMER_CLIENT_OFFSET. Source: ResetOffsetRequestHeader.java. */
export const readResetOffsetHeader = headerReader({
  group: text,
  topic: text,
  queueId: intOr(-1),
  offset: longOr(null),
  timestamp: longOr(0),
  isForce: flagOr(false),
})
export type ResetOffsetHeader = HeaderOf<typeof readResetOffsetHeader>
