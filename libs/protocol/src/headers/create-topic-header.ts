import { flagOr, headerReader, int, intOr, optionalText, text, type HeaderOf } from './header-fields'

/** UPDATE_AND_CREATE_TOPIC. Source: CreateTopicRequestHeader.java. */
export const readCreateTopicHeader = headerReader({
  topic: text,
  defaultTopic: text,
  readQueueNums: int,
  writeQueueNums: int,
  perm: int,
  topicFilterType: text,
  topicSysFlag: intOr(0),
  order: flagOr(false),
  attributes: optionalText,
  force: flagOr(false),
})
export type CreateTopicHeader = HeaderOf<typeof readCreateTopicHeader>
