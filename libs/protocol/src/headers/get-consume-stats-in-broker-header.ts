import { flagOr, headerReader, type HeaderOf } from './header-fields'

/** GET_BROKER_CONSUME_STATS. Source: GetConsumeStatsInBrokerHeader.java. */
export const readGetConsumeStatsInBrokerHeader = headerReader({
  isOrder: flagOr(false),
})
export type GetConsumeStatsInBrokerHeader = HeaderOf<typeof readGetConsumeStatsInBrokerHeader>
