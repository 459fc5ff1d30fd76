import { headerReader, text, type HeaderOf } from './header-fields'

/** DELETE_TOPIC_IN_BROKER. Source: DeleteTopicRequestHeader.java. */
export const readDeleteTopicHeader = headerReader({
  topic: text,
})
export type DeleteTopicHeader = HeaderOf<typeof readDeleteTopicHeader>
