import { headerReader, text, type HeaderOf } from './header-fields'

/** QUERY_CONSUME_TIME_SPAN. Source: QueryConsumeTimeSpanRequestHeader.java. */
export const readQueryConsumeTimeSpanHeader = headerReader({
  topic: text,
  group: text,
})
export type QueryConsumeTimeSpanHeader = HeaderOf<typeof readQueryConsumeTimeSpanHeader>
