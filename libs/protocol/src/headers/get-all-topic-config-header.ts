import { headerReader, intOr, optionalText, type HeaderOf } from './header-fields'

/** GET_ALL_TOPIC_CONFIG; without fields it asks for all at once. Source: GetAllTopicConfigRequestHeader.java. */
export const readGetAllTopicConfigHeader = headerReader({
  topicSeq: intOr(null),
  dataVersion: optionalText,
  maxTopicNum: intOr(null),
})
export type GetAllTopicConfigHeader = HeaderOf<typeof readGetAllTopicConfigHeader>
