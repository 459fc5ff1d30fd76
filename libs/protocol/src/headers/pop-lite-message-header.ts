import { headerReader, int, long, optionalText, text, type HeaderOf } from './header-fields'

/** POP_LITE_MESSAGE. Source: PopLiteMessageRequestHeader.java. */
export const readPopLiteMessageHeader = headerReader({
  clientId: text,
  consumerGroup: text,
  /** The parent. */
  topic: text,
  maxMsgNum: int,
  invisibleTime: long,
  /** How long it may wait, from bornTime on. */
  pollTime: long,
  /** 0: now. */
  bornTime: long,
  attemptId: optionalText,
})
export type PopLiteMessageHeader = HeaderOf<typeof readPopLiteMessageHeader>
