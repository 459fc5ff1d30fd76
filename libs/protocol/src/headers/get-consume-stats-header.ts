import { headerReader, optionalText, text, type HeaderOf } from './header-fields'

/** GET_CONSUME_STATS. Source: GetConsumeStatsRequestHeader.java. */
export const readGetConsumeStatsHeader = headerReader({
  consumerGroup: text,
  topic: optionalText,
  topicList: optionalText,
})
export type GetConsumeStatsHeader = HeaderOf<typeof readGetConsumeStatsHeader>
