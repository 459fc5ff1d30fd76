import { flagOr, headerReader, int, long, longOr, optionalText, text, type HeaderOf } from './header-fields'

/** POP_MESSAGE. Source: PopMessageRequestHeader.java. */
export const readPopMessageHeader = headerReader({
  consumerGroup: text,
  topic: text,
  /** Negative: every queue. */
  queueId: int,
  maxMsgNums: int,
  invisibleTime: long,
  /** How long it may wait, from bornTime on. */
  pollTime: long,
  /** 0: now. */
  bornTime: longOr(0),
  /** Where a group begins that has no offset: 0 at the oldest message, 1 at the newest. */
  initMode: int,
  expType: optionalText,
  exp: optionalText,
  order: flagOr(false),
  attemptId: optionalText,
})
export type PopMessageHeader = HeaderOf<typeof readPopMessageHeader>
