import { headerReader, text, type HeaderOf } from './header-fields'

/** QUERY_TOPICS_BY_CONSUMER. Source: QueryTopicsByConsumerRequestHeader.java. */
export const readQueryTopicsByConsumerHeader = headerReader({
  group: text,
})
export type QueryTopicsByConsumerHeader = HeaderOf<typeof readQueryTopicsByConsumerHeader>
