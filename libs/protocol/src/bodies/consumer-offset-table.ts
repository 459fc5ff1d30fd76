import { dataVersionJson, initialDataVersion } from './data-version'
import { bean, list, long, numberTable, orElse, table, text, type ValueOf } from './json-codec'

/** GET_ALL_CONSUMER_OFFSET and `consumerOffset.json`. Source: broker/offset/ConsumerOffsetManager.java. */
export const consumerOffsetTableJson = bean({
  dataVersion: orElse(dataVersionJson, initialDataVersion),
  /** Derived from the offsets; not read back by Java. */
  groupTopicMap: table(list(text)),
  /** By `topic@group`, then queue id. */
  offsetTable: table(numberTable(long)),
  pullOffsetTable: table(numberTable(long)),
})
export type ConsumerOffsetTable = ValueOf<typeof consumerOffsetTableJson>

/** The offsets of one group for one topic. Source: broker/config/v1/RocksDBOffsetSerializeWrapper.java. */
export const queueOffsetsJson = bean({ offsetTable: numberTable(long) })
