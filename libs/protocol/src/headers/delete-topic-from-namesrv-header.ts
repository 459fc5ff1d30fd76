import { headerReader, optionalText, text, type HeaderOf } from './header-fields'

/** DELETE_TOPIC_IN_NAMESRV. Source: DeleteTopicFromNamesrvRequestHeader.java. */
export const readDeleteTopicFromNamesrvHeader = headerReader({
  topic: text,
  clusterName: optionalText,
})
export type DeleteTopicFromNamesrvHeader = HeaderOf<typeof readDeleteTopicFromNamesrvHeader>
