import { bean, double, objectTable, whole, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

/** Source: remoting/protocol/admin/TopicOffset.java. */
export const topicOffsetJson = bean({ lastUpdateTimestamp: whole, maxOffset: whole, minOffset: whole })
export type TopicOffset = ValueOf<typeof topicOffsetJson>

/** GET_TOPIC_STATS_INFO. Source: remoting/protocol/admin/TopicStatsTable.java. */
export const topicStatsTableJson = bean({
  offsetTable: objectTable(messageQueueJson, topicOffsetJson),
  topicPutTps: double,
})
export type TopicStatsTable = ValueOf<typeof topicStatsTableJson>
