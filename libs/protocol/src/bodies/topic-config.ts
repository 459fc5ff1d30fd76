import { bean, flagOr, intOr, table, text, textOr, type ValueOf } from './json-codec'

/** Bits of `perm`. Source: common/constant/PermName.java. */
export const TopicPermission = { INHERIT: 1, WRITE: 2, READ: 4, PRIORITY: 8 } as const

export const topicConfigMembers = {
  attributes: table(text),
  order: flagOr(false),
  /** Bits of TopicPermission. */
  perm: intOr(6),
  readQueueNums: intOr(16),
  topicFilterType: textOr('SINGLE_TAG'),
  topicName: text,
  /** Bit 0: unit, bit 1: a unit subscribes. */
  topicSysFlag: intOr(0),
  writeQueueNums: intOr(16),
}

/** Source: common/TopicConfig.java. */
export const topicConfigJson = bean(topicConfigMembers)
export type TopicConfig = ValueOf<typeof topicConfigJson>
