import { headerReader, int, text, type HeaderOf } from './header-fields'

/** PEEK_MESSAGE. Source: PeekMessageRequestHeader.java. */
export const readPeekMessageHeader = headerReader({
  consumerGroup: text,
  topic: text,
  /** Negative: every queue. */
  queueId: int,
  maxMsgNums: int,
})
export type PeekMessageHeader = HeaderOf<typeof readPeekMessageHeader>
