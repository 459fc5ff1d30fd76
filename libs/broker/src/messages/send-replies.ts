import type { RefusedError } from '@rocketmq-ts/base'
import { SendMessageResponse } from '@rocketmq-ts/protocol'
import type { PutMessageResult } from '@rocketmq-ts/store'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { TransactionMetrics } from '../transactions/transaction-metrics'
import type { MessageStamp } from './message-stamp'
import { isStored, putRefusalText, responseCodeOf } from './put-status'

export interface SendRepliesDeps {
  readonly stamp: MessageStamp
  readonly config: { readonly maxMessageSize: number }
  /** Of this broker as ids name it: address bytes, then the port as int32. */
  readonly storeHost: Buffer
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly transactionMetrics: Pick<TransactionMetrics, 'add'>
}

/** What the producer is told about its message besides where it lies. */
export interface PutMessage {
  /** Where it was put, which may be the schedule topic. */
  readonly topic: string
  /** The queue that it was sent to. */
  readonly sentQueueId: number
  /** Its UNIQ_KEY; null for a batch without one. */
  readonly transactionId: string | null
  /** The same of a batch that is stored as one message; null for all else. */
  readonly batchUniqId: string | null
  /** The topic of a half message; null for all else. */
  readonly preparedFor: string | null
  /** To take a timed message back; null for all else. */
  readonly recallHandle: string | null
}

/** Answers to sends. All carry the region and the trace switch, refusals too. Source: broker/processor/SendMessageProcessor.java */
export class SendReplies {
  constructor(private readonly deps: SendRepliesDeps) {}

  refused({ responseCode: code, message: remark }: RefusedError): SendMessageResponse {
    return new SendMessageResponse({ code, remark, origin: this.deps.stamp.origin, sent: null })
  }

  /** How a put ended. */
  put(message: PutMessage, result: PutMessageResult): SendMessageResponse {
    return isStored(result.status) ? this.stored(message, result) : this.notStored(result)
  }

  private stored(
    { topic, sentQueueId, transactionId, batchUniqId, preparedFor, recallHandle }: PutMessage,
    result: PutMessageResult,
  ): SendMessageResponse {
    const { stamp, storeHost, statistics, transactionMetrics } = this.deps
    const { status, physicalOffset, physicalOffsets, queueOffset, messageCount, storedBytes } = result
    statistics.onPut(topic, messageCount, storedBytes)
    if (preparedFor !== null) transactionMetrics.add(preparedFor, 1)
    return new SendMessageResponse({
      code: responseCodeOf[status],
      remark: null,
      origin: stamp.origin,
      sent: {
        queueId: sentQueueId,
        queueOffset,
        storeHost,
        physicalOffset,
        physicalOffsets,
        transactionId,
        batchUniqId,
        recallHandle,
      },
    })
  }

  private notStored({ status, reason }: PutMessageResult): SendMessageResponse {
    const remark = putRefusalText({ status, reason, maxMessageSize: this.deps.config.maxMessageSize })
    return new SendMessageResponse({ code: responseCodeOf[status], remark, origin: this.deps.stamp.origin, sent: null })
  }
}
