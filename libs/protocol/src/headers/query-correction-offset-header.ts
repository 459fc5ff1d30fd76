import { headerReader, optionalText, text, type HeaderOf } from './header-fields'

/** QUERY_CORRECTION_OFFSET. Source: QueryCorrectionOffsetHeader.java. */
export const readQueryCorrectionOffsetHeader = headerReader({
  filterGroups: optionalText,
  compareGroup: text,
  topic: text,
})
export type QueryCorrectionOffsetHeader = HeaderOf<typeof readQueryCorrectionOffsetHeader>
