import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_TOPIC_STATS_INFO. Source: GetTopicStatsInfoRequestHeader.java. */
export const readGetTopicStatsInfoHeader = headerReader({
  topic: text,
})
export type GetTopicStatsInfoHeader = HeaderOf<typeof readGetTopicStatsInfoHeader>
