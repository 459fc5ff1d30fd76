import { topicConfigMembers } from './topic-config'
import { bean, flagOr, list, nullable, numberTable, text, textOr, wholeOr, type ValueOf } from './json-codec'

const mappingInfoMembers = {
  bname: nullable(text),
  currIdMap: numberTable(wholeOr(0)),
  dirty: flagOr(false),
  epoch: wholeOr(0),
  scope: textOr('__global__'),
  topic: nullable(text),
  totalQueues: wholeOr(0),
}

/** Which of a static topic's queues one broker holds. Source: remoting/protocol/statictopic/TopicQueueMappingInfo.java. */
export const topicQueueMappingInfoJson = bean(mappingInfoMembers)
export type TopicQueueMappingInfo = ValueOf<typeof topicQueueMappingInfoJson>

/** Source: remoting/protocol/statictopic/LogicQueueMappingItem.java. */
export const logicQueueMappingItemJson = bean({
  bname: nullable(text),
  endOffset: wholeOr(-1),
  gen: wholeOr(0),
  logicOffset: wholeOr(0),
  queueId: wholeOr(0),
  startOffset: wholeOr(0),
  timeOfEnd: wholeOr(-1),
  timeOfStart: wholeOr(-1),
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
