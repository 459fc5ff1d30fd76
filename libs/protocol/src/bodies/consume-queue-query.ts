import { subscriptionDataJson } from './heartbeat-data'
import { bean, flagOr, list, nullable, text, whole, type ValueOf } from './json-codec'

/** One entry of a ConsumeQueue. Source: remoting/protocol/body/ConsumeQueueData.java. */
export const consumeQueueDataJson = bean({
  bitMap: nullable(text),
  eval: flagOr(false),
  extendDataJson: nullable(text),
  msg: nullable(text),
  physicOffset: whole,
  physicSize: whole,
  tagsCode: whole,
})
export type ConsumeQueueData = ValueOf<typeof consumeQueueDataJson>

/** QUERY_CONSUME_QUEUE. Source: remoting/protocol/body/QueryConsumeQueueResponseBody.java. */
export const consumeQueueQueryJson = bean({
  filterData: nullable(text),
  maxQueueIndex: whole,
  minQueueIndex: whole,
  queueData: nullable(list(consumeQueueDataJson)),
  subscriptionData: nullable(subscriptionDataJson),
})
export type ConsumeQueueQuery = ValueOf<typeof consumeQueueQueryJson>
