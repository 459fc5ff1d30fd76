import { subscriptionDataJson } from './heartbeat-data'
import { bean, flagOr, int, list, long, nullable, text, type ValueOf } from './json-codec'

/** One entry of a ConsumeQueue. Source: remoting/protocol/body/ConsumeQueueData.java. */
export const consumeQueueDataJson = bean({
  bitMap: nullable(text),
  eval: flagOr(false),
  extendDataJson: nullable(text),
  msg: nullable(text),
  physicOffset: long,
  physicSize: int,
  tagsCode: long,
})
export type ConsumeQueueData = ValueOf<typeof consumeQueueDataJson>

/** QUERY_CONSUME_QUEUE. Source: remoting/protocol/body/QueryConsumeQueueResponseBody.java. */
export const consumeQueueQueryJson = bean({
  filterData: nullable(text),
  maxQueueIndex: long,
  minQueueIndex: long,
  queueData: nullable(list(consumeQueueDataJson)),
  subscriptionData: nullable(subscriptionDataJson),
})
export type ConsumeQueueQuery = ValueOf<typeof consumeQueueQueryJson>
