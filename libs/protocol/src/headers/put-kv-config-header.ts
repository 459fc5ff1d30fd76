import { headerReader, text, type HeaderOf } from './header-fields'

/** PUT_KV_CONFIG. Source: PutKVConfigRequestHeader.java. */
export const readPutKvConfigHeader = headerReader({
  namespace: text,
  key: text,
  value: text,
})
export type PutKvConfigHeader = HeaderOf<typeof readPutKvConfigHeader>
