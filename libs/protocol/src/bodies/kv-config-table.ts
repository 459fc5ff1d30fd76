import { bean, table, text, type ValueOf } from './json-codec'

/** The NameServer's `kvConfig.json`: by namespace, then key. Source: namesrv/kvconfig/KVConfigSerializeWrapper.java. */
export const kvConfigTableJson = bean({ configTable: table(table(text)) })
export type KVConfigTable = ValueOf<typeof kvConfigTableJson>
