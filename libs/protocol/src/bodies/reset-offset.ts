import { bean, int, list, long, nullable, objectTable, table, text, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

/** INVOKE_BROKER_TO_RESET_OFFSET and RESET_CONSUMER_CLIENT_OFFSET. Source: remoting/protocol/body/ResetOffsetBody.java. */
export const resetOffsetJson = bean({ offsetTable: objectTable(messageQueueJson, long) })
export type ResetOffset = ValueOf<typeof resetOffsetJson>

/** What a C++ client is pushed instead. Source: remoting/protocol/body/ResetOffsetBodyForC.java. */
export const resetOffsetForCJson = bean({
  offsetTable: list(bean({ brokerName: nullable(text), offset: long, queueId: int, topic: nullable(text) })),
})
export type ResetOffsetForC = ValueOf<typeof resetOffsetForCJson>

/** Offsets as a consumer has them: GET_CONSUMER_STATUS_FROM_CLIENT, INVOKE_BROKER_TO_GET_CONSUMER_STATUS. Source: remoting/protocol/body/GetConsumerStatusBody.java. */
export const consumerStatusJson = bean({
  /** By client id. */
  consumerTable: table(objectTable(messageQueueJson, long)),
  messageQueueTable: objectTable(messageQueueJson, long),
})
export type ConsumerStatus = ValueOf<typeof consumerStatusJson>
