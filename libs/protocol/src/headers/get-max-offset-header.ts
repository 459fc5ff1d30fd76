import { flagOr, headerReader, int, text, type HeaderOf } from './header-fields'

/** GET_MAX_OFFSET. Source: GetMaxOffsetRequestHeader.java. */
export const readGetMaxOffsetHeader = headerReader({
  topic: text,
  queueId: int,
  committed: flagOr(true),
})
export type GetMaxOffsetHeader = HeaderOf<typeof readGetMaxOffsetHeader>
