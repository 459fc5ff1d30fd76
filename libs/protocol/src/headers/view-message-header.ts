import { headerReader, long, optionalText, type HeaderOf } from './header-fields'

/** VIEW_MESSAGE_BY_ID. Source: ViewMessageRequestHeader.java. */
export const readViewMessageHeader = headerReader({
  topic: optionalText,
  offset: long,
})
export type ViewMessageHeader = HeaderOf<typeof readViewMessageHeader>
