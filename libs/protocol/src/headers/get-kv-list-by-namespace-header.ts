import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_KVLIST_BY_NAMESPACE. Source: GetKVListByNamespaceRequestHeader.java. */
export const readGetKvListByNamespaceHeader = headerReader({
  namespace: text,
})
export type GetKvListByNamespaceHeader = HeaderOf<typeof readGetKvListByNamespaceHeader>
