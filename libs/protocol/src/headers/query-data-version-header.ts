import { headerReader, long, text, type HeaderOf } from './header-fields'

/** QUERY_DATA_VERSION. Source: QueryDataVersionRequestHeader.java. */
export const readQueryDataVersionHeader = headerReader({
  brokerName: text,
  brokerAddr: text,
  clusterName: text,
  brokerId: long,
})
export type QueryDataVersionHeader = HeaderOf<typeof readQueryDataVersionHeader>
