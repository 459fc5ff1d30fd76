import { headerReader, text, type HeaderOf } from './header-fields'

/** GET_TOPICS_BY_CLUSTER. Source: GetTopicsByClusterRequestHeader.java. */
export const readGetTopicsByClusterHeader = headerReader({
  cluster: text,
})
export type GetTopicsByClusterHeader = HeaderOf<typeof readGetTopicsByClusterHeader>
