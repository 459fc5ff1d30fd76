import { bean, body, list, long, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

const timeSpanJson = bean({
  consumeTimeStamp: long,
  delayTime: long,
  maxTimeStamp: long,
  messageQueue: messageQueueJson,
  minTimeStamp: long,
})

/** Written with each time as a text too, for people. Source: remoting/protocol/body/QueueTimeSpan.java. */
export const queueTimeSpanJson = body<QueueTimeSpan>({
  ...timeSpanJson,
  write: span => ({
    consumeTimeStamp: span.consumeTimeStamp,
    consumeTimeStampStr: localTimeText(span.consumeTimeStamp),
    delayTime: span.delayTime,
    maxTimeStamp: span.maxTimeStamp,
    maxTimeStampStr: localTimeText(span.maxTimeStamp),
    messageQueue: messageQueueJson.write(span.messageQueue),
    minTimeStamp: span.minTimeStamp,
    minTimeStampStr: localTimeText(span.minTimeStamp),
  }),
})
export type QueueTimeSpan = ValueOf<typeof timeSpanJson>

/** `2023-11-14#22:13:20:123`. Source: common/UtilAll.java. */
function localTimeText(timeMs: number): string {
  const time = new Date(timeMs)
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0')
  const day = `${pad(time.getFullYear(), 4)}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`
  const hour = `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`
  return `${day}#${hour}:${pad(time.getMilliseconds(), 3)}`
}

/** QUERY_CONSUME_TIME_SPAN. Source: remoting/protocol/body/QueryConsumeTimeSpanBody.java. */
export const consumeTimeSpanJson = bean({ consumeTimeSpanSet: list(queueTimeSpanJson) })
export type ConsumeTimeSpan = ValueOf<typeof consumeTimeSpanJson>
