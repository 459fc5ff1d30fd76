import { bean, flagOr, int, longArrayOr, longOr, nullable, table, text, type ValueOf } from './json-codec'

/** Which bits of a bloom filter stand for a group and a topic. Source: filter/util/BloomFilterData.java */
export const bloomFilterDataJson = bean({ bitNum: int, bitPos: longArrayOr([]) })
export type BloomFilterData = ValueOf<typeof bloomFilterDataJson>

/** A group's expression for a topic. Source: broker/filter/ConsumerFilterData.java */
export const consumerFilterDataJson = bean({
  bloomFilterData: nullable(bloomFilterDataJson),
  bornTime: longOr(0),
  clientVersion: longOr(0),
  consumerGroup: text,
  /** Derived: deadTime is not before bornTime. */
  dead: flagOr(false),
  /** When the last consumer left; 0 while there are any. */
  deadTime: longOr(0),
  expression: nullable(text),
  expressionType: nullable(text),
  topic: text,
})
export type ConsumerFilterDataContent = ValueOf<typeof consumerFilterDataJson>

/** `consumerFilter.json`, by topic, then by group. Source: broker/filter/ConsumerFilterManager.java */
export const consumerFilterTableJson = bean({
  filterDataByTopic: table(bean({ groupFilterData: table(consumerFilterDataJson), topic: text })),
})
export type ConsumerFilterTableContent = ValueOf<typeof consumerFilterTableJson>
