import { flagOr, headerReader, text, type HeaderOf } from './header-fields'

/** UPDATE_AND_GET_GROUP_FORBIDDEN. Source: UpdateGroupForbiddenRequestHeader.java. */
export const readUpdateGroupForbiddenHeader = headerReader({
  group: text,
  topic: text,
  readable: flagOr(null),
})
export type UpdateGroupForbiddenHeader = HeaderOf<typeof readUpdateGroupForbiddenHeader>
