import { headerReader, int, text, type HeaderOf } from './header-fields'

/** GET_MIN_OFFSET. Source: GetMinOffsetRequestHeader.java. */
export const readGetMinOffsetHeader = headerReader({
  topic: text,
  queueId: int,
})
export type GetMinOffsetHeader = HeaderOf<typeof readGetMinOffsetHeader>
