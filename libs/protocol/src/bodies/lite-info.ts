import { bean, flag, int, list, long, nullable, table, text, type ValueOf } from './json-codec'
import { topicOffsetJson } from './topic-stats-table'

/** GET_BROKER_LITE_INFO. Source: remoting/protocol/body/GetBrokerLiteInfoResponseBody.java. */
export const brokerLiteInfoJson = bean({
  cqTableSize: int,
  currentLmqNum: int,
  eventMapSize: int,
  /** The groups that are bound to each parent topic. */
  groupMeta: table(list(text)),
  liteSubscriptionCount: int,
  maxLmqNum: int,
  offsetTableSize: int,
  orderInfoCount: int,
  storeType: text,
  /** Minutes after which lite topics of each parent are deleted. */
  topicMeta: table(int),
})
export type BrokerLiteInfo = ValueOf<typeof brokerLiteInfoJson>

/** GET_PARENT_TOPIC_INFO. Source: remoting/protocol/body/GetParentTopicInfoResponseBody.java. */
export const parentTopicInfoJson = bean({
  groups: nullable(list(text)),
  liteTopicCount: int,
  lmqNum: int,
  topic: text,
  ttl: int,
})

/** GET_LITE_TOPIC_INFO. Source: remoting/protocol/body/GetLiteTopicInfoResponseBody.java. */
export const liteTopicInfoJson = bean({
  liteTopic: text,
  parentTopic: text,
  shardingToBroker: flag,
  subscriber: list(bean({ clientId: text, group: text })),
  topicOffset: topicOffsetJson,
})

/** GET_LITE_CLIENT_INFO. Source: remoting/protocol/body/GetLiteClientInfoResponseBody.java. */
export const liteClientInfoJson = bean({
  clientId: nullable(text),
  group: text,
  lastAccessTime: long,
  lastConsumeTime: long,
  liteTopicCount: int,
  /** Queue names. */
  liteTopicSet: nullable(list(text)),
  parentTopic: text,
})

const lagJson = bean({ earliestUnconsumedTimestamp: long, lagCount: long, liteTopic: nullable(text) })
export type LiteLag = ValueOf<typeof lagJson>

/** GET_LITE_GROUP_INFO. Source: remoting/protocol/body/GetLiteGroupInfoResponseBody.java. */
export const liteGroupInfoJson = bean({
  earliestUnconsumedTimestamp: long,
  group: text,
  lagCountTopK: nullable(list(lagJson)),
  lagTimestampTopK: nullable(list(lagJson)),
  liteTopic: nullable(text),
  liteTopicOffsetWrapper: nullable(
    bean({ brokerOffset: long, consumerOffset: long, lastTimestamp: long, pullOffset: long }),
  ),
  parentTopic: text,
  totalLagCount: long,
})
export type LiteGroupInfo = ValueOf<typeof liteGroupInfoJson>
