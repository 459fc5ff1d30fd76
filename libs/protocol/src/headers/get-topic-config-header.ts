import { flagOr, headerReader, text, type HeaderOf } from './header-fields'

/** GET_TOPIC_CONFIG. Source: GetTopicConfigRequestHeader.java. */
export const readGetTopicConfigHeader = headerReader({
  topic: text,
  lo: flagOr(null),
})
export type GetTopicConfigHeader = HeaderOf<typeof readGetTopicConfigHeader>
