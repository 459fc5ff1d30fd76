import { subscriptionDataJson } from './heartbeat-data'
import { bean, double, flag, int, list, long, nullable, objectTable, table, text, type ValueOf } from './json-codec'
import { messageQueueJson } from './message-queue'

/** Source: remoting/protocol/body/ConsumeStatus.java. */
const consumeStatusJson = bean({
  consumeFailedMsgs: long,
  consumeFailedTPS: double,
  consumeOKTPS: double,
  consumeRT: double,
  pullRT: double,
  pullTPS: double,
})

/** A queue that a consumer pulls from. Java's own spelling of `droped`. Source: remoting/protocol/body/ProcessQueueInfo.java. */
const processQueueInfoJson = bean({
  cachedMsgCount: int,
  cachedMsgMaxOffset: long,
  cachedMsgMinOffset: long,
  cachedMsgSizeInMiB: int,
  commitOffset: long,
  droped: flag,
  lastConsumeTimestamp: long,
  lastLockTimestamp: long,
  lastPullTimestamp: long,
  locked: flag,
  transactionMsgCount: int,
  transactionMsgMaxOffset: long,
  transactionMsgMinOffset: long,
  tryUnlockTimes: long,
})

/** Source: remoting/protocol/body/PopProcessQueueInfo.java. */
const popProcessQueueInfoJson = bean({ droped: flag, lastPopTimestamp: long, waitAckCount: int })

/** What a consumer answers to GET_CONSUMER_RUNNING_INFO. Source: remoting/protocol/body/ConsumerRunningInfo.java. */
export const consumerRunningInfoJson = bean({
  jstack: nullable(text),
  mqPopTable: objectTable(messageQueueJson, popProcessQueueInfoJson),
  mqTable: objectTable(messageQueueJson, processQueueInfoJson),
  properties: table(text),
  /** By topic. */
  statusTable: table(consumeStatusJson),
  subscriptionSet: list(subscriptionDataJson),
  userConsumerInfo: table(text),
})
export type ConsumerRunningInfo = ValueOf<typeof consumerRunningInfoJson>
