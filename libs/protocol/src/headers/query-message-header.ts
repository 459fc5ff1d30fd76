import { flagOr, headerReader, int, long, optionalText, text, type HeaderOf } from './header-fields'

/** QUERY_MESSAGE. Source: QueryMessageRequestHeader.java. */
export const readQueryMessageHeader = headerReader({
  topic: text,
  key: text,
  maxNum: int,
  beginTimestamp: long,
  endTimestamp: long,
  indexType: optionalText,
  lastKey: optionalText,
  _UNIQUE_KEY_QUERY: flagOr(false),
})
export type QueryMessageHeader = HeaderOf<typeof readQueryMessageHeader>
