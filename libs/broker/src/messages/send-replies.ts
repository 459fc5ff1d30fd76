import type { RefusedError } from '@rocketmq-ts/base'
import { encodeMessageId, RemotingResponse } from '@rocketmq-ts/protocol'
import type { OutgoingResponse } from '@rocketmq-ts/protocol'
import type { PutMessageResult } from '@rocketmq-ts/store'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { MessageStamp } from './message-stamp'
import { isStored, putRefusalText, responseCodeOf } from './put-status'

export interface SendRepliesDeps {
  readonly stamp: MessageStamp
  readonly config: { readonly maxMessageSize: number }
  /** Of this broker as ids name it: address bytes, then the port as int32. */
  readonly storeHost: Buffer
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
}

/** What the producer knows its message by. */
export interface SentMessage {
  readonly topic: string
  /** The queue that it was sent to, also while it waits elsewhere. */
  readonly sentQueueId: number
  /** Its UNIQ_KEY; null for a batch without one. */
  readonly transactionId: string | null
}

/** Answers to sends. All carry the region and the trace switch, refusals too. Source: broker/processor/SendMessageProcessor.java */
export class SendReplies {
  constructor(private readonly deps: SendRepliesDeps) {}

  refused(error: RefusedError): OutgoingResponse {
    const { responseCode: code, message: remark } = error
    return new RemotingResponse({ code, remark, extFields: this.deps.stamp.extFields })
  }

  /** How a put ended. */
  put(sent: SentMessage, result: PutMessageResult): OutgoingResponse {
    return isStored(result.status) ? this.stored(sent, result) : this.notStored(result)
  }

  private stored({ topic, sentQueueId, transactionId }: SentMessage, result: PutMessageResult): OutgoingResponse {
    this.deps.statistics.onPut(topic, result.messageCount, result.storedBytes)
    const extFields = {
      msgId: this.messageIds(result),
      queueId: String(sentQueueId),
      queueOffset: String(result.queueOffset),
      ...(transactionId === null ? {} : { transactionId }),
      ...this.deps.stamp.extFields,
    }
    return new RemotingResponse({ code: responseCodeOf[result.status], extFields })
  }

  private notStored({ status, reason }: PutMessageResult): OutgoingResponse {
    const remark = putRefusalText({ status, reason, maxMessageSize: this.deps.config.maxMessageSize })
    return new RemotingResponse({ code: responseCodeOf[status], remark, extFields: this.deps.stamp.extFields })
  }

  private messageIds({ physicalOffset, physicalOffsets }: PutMessageResult): string {
    const { storeHost } = this.deps
    if (physicalOffsets.length === 0) return encodeMessageId(storeHost, physicalOffset)
    return physicalOffsets.map(offset => encodeMessageId(storeHost, offset)).join(',')
  }
}
