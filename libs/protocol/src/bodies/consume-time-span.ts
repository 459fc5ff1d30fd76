import { bean, list, nullable, text, whole, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

/** The `…Str` members are the times as `yyyy-MM-dd#HH:mm:ss:SSS` in local time. Source: remoting/protocol/body/QueueTimeSpan.java. */
export const queueTimeSpanJson = bean({
  consumeTimeStamp: whole,
  consumeTimeStampStr: nullable(text),
  delayTime: whole,
  maxTimeStamp: whole,
  maxTimeStampStr: nullable(text),
  messageQueue: messageQueueJson,
  minTimeStamp: whole,
  minTimeStampStr: nullable(text),
})
export type QueueTimeSpan = ValueOf<typeof queueTimeSpanJson>

/** QUERY_CONSUME_TIME_SPAN. Source: remoting/protocol/body/QueryConsumeTimeSpanBody.java. */
export const consumeTimeSpanJson = bean({ consumeTimeSpanSet: list(queueTimeSpanJson) })
export type ConsumeTimeSpan = ValueOf<typeof consumeTimeSpanJson>
