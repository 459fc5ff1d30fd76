import { flagOr, headerReader, int, long, longOr, optionalText, text, type HeaderOf } from './header-fields'

/** NOTIFICATION. Source: NotificationRequestHeader.java. */
export const readNotificationHeader = headerReader({
  consumerGroup: text,
  topic: text,
  /** Negative: every queue. */
  queueId: int,
  /** How long it may wait, from bornTime on. */
  pollTime: long,
  /** 0: now. */
  bornTime: longOr(0),
  order: flagOr(false),
  attemptId: optionalText,
  expType: optionalText,
  exp: optionalText,
})
export type NotificationHeader = HeaderOf<typeof readNotificationHeader>
