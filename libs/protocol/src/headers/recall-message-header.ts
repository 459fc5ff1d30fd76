import { headerReader, optionalText, text, type HeaderOf } from './header-fields'

/** RECALL_MESSAGE. Source: RecallMessageRequestHeader.java. */
export const readRecallMessageHeader = headerReader({
  producerGroup: optionalText,
  topic: text,
  recallHandle: text,
})
export type RecallMessageHeader = HeaderOf<typeof readRecallMessageHeader>
