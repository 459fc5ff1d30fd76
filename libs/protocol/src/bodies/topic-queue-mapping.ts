import { topicConfigMembers } from './topic-config'
import { bean, flagOr, intOr, list, longOr, nullable, numberTable, text, textOr, type ValueOf } from './json-codec'

const mappingInfoMembers = {
  bname: nullable(text),
  currIdMap: numberTable(intOr(0)),
  dirty: flagOr(false),
  epoch: longOr(0),
  scope: textOr('__global__'),
  topic: nullable(text),
  totalQueues: intOr(0),
}

/** Which of a static topic's queues one broker holds. Source: remoting/protocol/statictopic/TopicQueueMappingInfo.java. */
export const topicQueueMappingInfoJson = bean(mappingInfoMembers)
export type TopicQueueMappingInfo = ValueOf<typeof topicQueueMappingInfoJson>

/** Source: remoting/protocol/statictopic/LogicQueueMappingItem.java. */
export const logicQueueMappingItemJson = bean({
  bname: nullable(text),
  endOffset: longOr(-1),
  gen: intOr(0),
  logicOffset: longOr(0),
  queueId: intOr(0),
  startOffset: longOr(0),
  timeOfEnd: longOr(-1),
  timeOfStart: longOr(-1),
})
export type LogicQueueMappingItem = ValueOf<typeof logicQueueMappingItemJson>

/** Source: remoting/protocol/statictopic/TopicQueueMappingDetail.java. */
export const topicQueueMappingDetailJson = bean({
  ...mappingInfoMembers,
  hostedQueues: numberTable(list(logicQueueMappingItemJson)),
})
export type TopicQueueMappingDetail = ValueOf<typeof topicQueueMappingDetailJson>

/** GET_TOPIC_CONFIG. Source: remoting/protocol/statictopic/TopicConfigAndQueueMapping.java. */
export const topicConfigAndQueueMappingJson = bean({
  ...topicConfigMembers,
  mappingDetail: nullable(topicQueueMappingDetailJson),
})
export type TopicConfigAndQueueMapping = ValueOf<typeof topicConfigAndQueueMappingJson>
