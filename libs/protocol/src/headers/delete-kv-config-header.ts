import { headerReader, text, type HeaderOf } from './header-fields'

/** DELETE_KV_CONFIG. Source: DeleteKVConfigRequestHeader.java. */
export const readDeleteKvConfigHeader = headerReader({
  namespace: text,
  key: text,
})
export type DeleteKvConfigHeader = HeaderOf<typeof readDeleteKvConfigHeader>
