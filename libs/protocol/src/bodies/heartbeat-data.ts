import { bean, flagOr, intOr, list, longOr, nullable, oneOf, text, textOr, type ValueOf } from './json-codec'

/** Source: remoting/protocol/heartbeat/SubscriptionData.java. */
export const subscriptionDataJson = bean({
  classFilterMode: flagOr(false),
  /** Java's hash of each tag. */
  codeSet: list(intOr(0)),
  expressionType: textOr('TAG'),
  subString: nullable(text),
  subVersion: longOr(0),
  tagsSet: list(text),
  topic: text,
})
export type SubscriptionData = ValueOf<typeof subscriptionDataJson>

export const consumeFromWhere = oneOf(
  'CONSUME_FROM_LAST_OFFSET',
  'CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST',
  'CONSUME_FROM_MIN_OFFSET',
  'CONSUME_FROM_MAX_OFFSET',
  'CONSUME_FROM_FIRST_OFFSET',
  'CONSUME_FROM_TIMESTAMP',
)
export const consumeType = oneOf('CONSUME_ACTIVELY', 'CONSUME_PASSIVELY', 'CONSUME_POP')
export const messageModel = oneOf('BROADCASTING', 'CLUSTERING', 'LITE_SELECTIVE')
export type ConsumeFromWhere = ValueOf<typeof consumeFromWhere>
export type ConsumeType = ValueOf<typeof consumeType>
export type MessageModel = ValueOf<typeof messageModel>

/** Source: remoting/protocol/heartbeat/ConsumerData.java. */
export const consumerDataJson = bean({
  consumeFromWhere,
  consumeType,
  groupName: text,
  messageModel,
  subscriptionDataSet: list(subscriptionDataJson),
  unitMode: flagOr(false),
})
export type ConsumerData = ValueOf<typeof consumerDataJson>

export const producerDataJson = bean({ groupName: text })
export type ProducerData = ValueOf<typeof producerDataJson>

/** HEART_BEAT: who a client is and what it produces and consumes. Source: remoting/protocol/heartbeat/HeartbeatData.java. */
export const heartbeatDataJson = bean({
  clientID: text,
  consumerDataSet: list(consumerDataJson),
  /** Not 0: the short form of 5.2 on, where an unchanged client sends no subscriptions. */
  heartbeatFingerprint: intOr(0),
  producerDataSet: list(producerDataJson),
  /** The short form itself: keep what is known of the subscriptions. */
  withoutSub: flagOr(false),
})
export type HeartbeatData = ValueOf<typeof heartbeatDataJson>
