import { bean, double, long, objectTable, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

/** Source: remoting/protocol/admin/TopicOffset.java. */
export const topicOffsetJson = bean({ lastUpdateTimestamp: long, maxOffset: long, minOffset: long })
export type TopicOffset = ValueOf<typeof topicOffsetJson>

/** GET_TOPIC_STATS_INFO. Source: remoting/protocol/admin/TopicStatsTable.java. */
export const topicStatsTableJson = bean({
  offsetTable: objectTable(messageQueueJson, topicOffsetJson),
  topicPutTps: double,
})
export type TopicStatsTable = ValueOf<typeof topicStatsTableJson>
