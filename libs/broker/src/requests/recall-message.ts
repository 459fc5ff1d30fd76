import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import { decodeRecallHandle, readRecallMessageHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { RecallHandle, RecallMessageHeader } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore, MessageStoreConfig } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { isStored } from '../messages/put-status'
import { putMessage } from '../messages/store-calls'
import { slotOf, TimerNotEnabledError } from '../messages/timed-send'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { recallRecordOf } from '../timer/recall-record'
import { isWritable } from '../topics/permission'
import type { TopicTable } from '../topics/topic-table'

/** A timed message cannot be taken back: the remark says why. */
export class RecallRefusedError extends RefusedError {
  readonly code = 'RMQ_RECALL_REFUSED'

  constructor(
    readonly responseCode: number,
    reason: string,
  ) {
    super(reason)
  }
}

export interface RecallMessageDeps {
  readonly config: Pick<
    BrokerConfig,
    | 'brokerName'
    | 'brokerPermission'
    | 'regionId'
    | 'startAcceptSendRequestTimeStamp'
    | 'recallMessageEnable'
    | 'allowRecallWhenBrokerNotWriteable'
    | 'timerWheelEnable'
  > &
    Pick<MessageStoreConfig, 'timerMaxDelaySec' | 'timerPrecisionMs' | 'appendTopicForTimerDeleteKey'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly store: Pick<MessageStore, 'put'>
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * RECALL_MESSAGE: a producer takes back a timed message that is not due yet. All answers name the region.
 * Source: broker/processor/RecallMessageProcessor.java
 */
export function recallMessage(deps: RecallMessageDeps): RequestHandler {
  return answering(async ({ command, channel }) => {
    const { regionId: MSG_REGION } = deps.config
    try {
      const msgId = await recall(readRecallMessageHeader(command), channel.remoteHost, deps)
      return RemotingResponse.success({ msgId, MSG_REGION })
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const { responseCode: code, message: remark } = error
      return new RemotingResponse({ code, remark, extFields: { MSG_REGION } })
    }
  })
}

async function recall(header: RecallMessageHeader, bornHost: Buffer, deps: RecallMessageDeps): Promise<string> {
  const { config, store, statistics, clock } = deps
  requireRecallServed(deps)
  const handle = requireHandle(header, deps)
  const { appendTopicForTimerDeleteKey } = config
  const outMs = slotOf(Number(handle.timestamp), config.timerPrecisionMs)
  const { producerGroup } = header
  const wish = { handle, producerGroup, bornHost, nowMs: clock.nowMs(), outMs, appendTopicForTimerDeleteKey }
  const message = recallRecordOf(wish)
  const { status, reason, storedBytes } = await putMessage(store, message)
  if (!isStored(status)) {
    throw new RecallRefusedError(ResponseCode.SYSTEM_ERROR, `recall failed, execute error: ${reason ?? status}`)
  }
  statistics.onPut(message.topic, 1, storedBytes)
  return handle.messageId
}

function requireRecallServed({ config, clock }: RecallMessageDeps): void {
  if (!config.recallMessageEnable) {
    throw new RecallRefusedError(ResponseCode.NO_PERMISSION, 'recall failed, operation is forbidden')
  }
  const isReady = clock.nowMs() >= config.startAcceptSendRequestTimeStamp
  const mayWrite = isWritable(config.brokerPermission) || config.allowRecallWhenBrokerNotWriteable
  if (!isReady || !mayWrite) {
    throw new RecallRefusedError(ResponseCode.SERVICE_NOT_AVAILABLE, 'recall failed, broker service not available')
  }
  if (!config.timerWheelEnable) throw new TimerNotEnabledError()
}

function requireHandle(header: RecallMessageHeader, { config, topics, clock }: RecallMessageDeps): RecallHandle {
  if (topics.find(header.topic) === null) {
    throw new RecallRefusedError(ResponseCode.TOPIC_NOT_EXIST, `recall failed, the topic[${header.topic}] not exist`)
  }
  const handle = decodeRecallHandle(header.recallHandle)
  if (handle === null) throw illegal('recall handle is invalid')
  if (handle.topic !== header.topic) throw illegal('recall failed, topic not match')
  if (handle.brokerName !== config.brokerName) throw illegal('recall failed, broker service not available')
  const timeLeftMs = (/^\d+$/.test(handle.timestamp) ? Number(handle.timestamp) : -1) - clock.nowMs()
  if (timeLeftMs <= 0 || timeLeftMs >= config.timerMaxDelaySec * 1000) {
    throw illegal('recall failed, timestamp invalid')
  }
  return handle
}

function illegal(reason: string): RecallRefusedError {
  return new RecallRefusedError(ResponseCode.ILLEGAL_OPERATION, reason)
}
