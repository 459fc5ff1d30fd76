import { headerReader, int, long, optionalText, text, type HeaderOf } from './header-fields'

/** Which of several messages of one time is meant: `upper` in any case is UPPER, all else LOWER. Source: common/BoundaryType.java. */
function boundaryType(value: string | undefined): 'LOWER' | 'UPPER' {
  return value?.toLowerCase() === 'upper' ? 'UPPER' : 'LOWER'
}

/** SEARCH_OFFSET_BY_TIMESTAMP. Source: SearchOffsetRequestHeader.java. */
export const readSearchOffsetHeader = headerReader({
  topic: text,
  liteTopic: optionalText,
  queueId: int,
  timestamp: long,
  boundaryType,
})
export type SearchOffsetHeader = HeaderOf<typeof readSearchOffsetHeader>
