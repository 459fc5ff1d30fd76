import { headerReader, text, type HeaderOf } from './header-fields'

/** QUERY_TOPIC_CONSUME_BY_WHO. Source: QueryTopicConsumeByWhoRequestHeader.java. */
export const readQueryTopicConsumeByWhoHeader = headerReader({
  topic: text,
})
export type QueryTopicConsumeByWhoHeader = HeaderOf<typeof readQueryTopicConsumeByWhoHeader>
