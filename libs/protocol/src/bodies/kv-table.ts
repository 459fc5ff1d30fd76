import { bean, table, text, type ValueOf } from './json-codec'

/** Names and texts: GET_BROKER_RUNTIME_INFO, GET_KVLIST_BY_NAMESPACE, … Source: remoting/protocol/body/KVTable.java. */
export const kvTableJson = bean({ table: table(text) })
export type KVTable = ValueOf<typeof kvTableJson>
