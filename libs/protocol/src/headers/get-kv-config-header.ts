import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_KV_CONFIG. Source: GetKVConfigRequestHeader.java. */
export const readGetKvConfigHeader = headerReader({
  namespace: text,
  key: text,
})
export type GetKvConfigHeader = HeaderOf<typeof readGetKvConfigHeader>
