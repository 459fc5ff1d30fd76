import { flagOr, headerReader, optionalText, text, type HeaderOf } from './header-fields'

/** CLONE_GROUP_OFFSET. Source: CloneGroupOffsetRequestHeader.java. */
export const readCloneGroupOffsetHeader = headerReader({
  srcGroup: text,
  destGroup: text,
  topic: optionalText,
  offline: flagOr(false),
})
export type CloneGroupOffsetHeader = HeaderOf<typeof readCloneGroupOffsetHeader>
