import { headerReader, text, type HeaderOf } from './header-fields'

/** VIEW_BROKER_STATS_DATA. Source: ViewBrokerStatsDataRequestHeader.java. */
export const readViewBrokerStatsDataHeader = headerReader({
  statsName: text,
  statsKey: text,
})
export type ViewBrokerStatsDataHeader = HeaderOf<typeof readViewBrokerStatsDataHeader>
