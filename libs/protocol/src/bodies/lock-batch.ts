import { bean, flagOr, list, nullable, text, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

/** LOCK_BATCH_MQ and UNLOCK_BATCH_MQ. Source: remoting/protocol/body/LockBatchRequestBody.java, UnlockBatchRequestBody.java. */
export const lockBatchRequestJson = bean({
  clientId: nullable(text),
  consumerGroup: nullable(text),
  mqSet: list(messageQueueJson),
  onlyThisBroker: flagOr(false),
})
export type LockBatchRequest = ValueOf<typeof lockBatchRequestJson>

/** Source: remoting/protocol/body/LockBatchResponseBody.java. */
export const lockBatchResponseJson = bean({ lockOKMQSet: list(messageQueueJson) })
export type LockBatchResponse = ValueOf<typeof lockBatchResponseJson>
