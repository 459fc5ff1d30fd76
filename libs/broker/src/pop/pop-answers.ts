import {
  encodeProperties,
  encodeStoredMessage,
  messageOffsetInfo,
  orderCountInfo,
  parseProperties,
  popExtraInfo,
  RemotingResponse,
  ResponseCode,
  startOffsetInfo,
  toExtFields,
} from '@rocketmq-ts/protocol'
import type { OutgoingResponse, PopMessageHeader, StoredMessage } from '@rocketmq-ts/protocol'
import type { RefusedError } from '@rocketmq-ts/base'
import type { BrokerConfig } from '../broker-config'
import { messagesIn } from '../messages/store-calls'
import { isRetryTopic } from '../topics/topic-names'
import type { FoundInQueue, PopOutcome } from './pop-wish'

export interface PopAnswersConfig extends Pick<BrokerConfig, 'popResponseReturnActualRetryTopic'> {
  readonly brokerName: string
}

/** Java's headers with numbers that are not set yet. */
const NO_FIELDS = { popTime: '0', invisibleTime: '0', reviveQid: '0', restNum: '0' } as const

/** Answers to pops. Source: remoting/protocol/header/PopMessageResponseHeader.java */
export class PopAnswers {
  constructor(private readonly config: PopAnswersConfig) {}

  refused(error: RefusedError): OutgoingResponse {
    return new RemotingResponse({ code: error.responseCode, remark: error.message, extFields: NO_FIELDS })
  }

  /** Messages of the topic are handed on as the store holds them, and let go when they are sent. */
  found(header: PopMessageHeader, outcome: PopOutcome): OutgoingResponse {
    const own: FoundInQueue[] = []
    const bodyParts: Buffer[] = []
    for (const found of outcome.found) {
      if (!this.isRecoded(found)) {
        own.push(found)
        bodyParts.push(...found.result.parts)
        continue
      }
      bodyParts.push(...this.recoded(found, header, outcome))
      found.result.release()
    }
    const release = (): void => {
      for (const { result } of own) result.release()
    }
    const extFields = this.fields(header, outcome)
    return new RemotingResponse({ code: ResponseCode.SUCCESS, remark: 'FOUND', extFields, bodyParts, release })
  }

  /** POLLING_TIMEOUT, POLLING_FULL. */
  notFound(code: number, header: PopMessageHeader, outcome: PopOutcome): OutgoingResponse {
    return new RemotingResponse({ code, remark: 'NO_MESSAGE_IN_QUEUE', extFields: this.fields(header, outcome) })
  }

  private fields(
    header: PopMessageHeader,
    { found, popTime, reviveQueueId, restCount }: PopOutcome,
  ): Record<string, string> {
    return toExtFields({
      popTime,
      invisibleTime: header.invisibleTime,
      reviveQid: reviveQueueId,
      restNum: restCount,
      startOffsetInfo: found.map(queue => startOffsetInfo(queue, queue.startOffset)).join(';'),
      msgOffsetInfo: found.map(queue => messageOffsetInfo(queue, queue.offsets)).join(';'),
      orderCountInfo: header.order ? found.map(countInfo).join(';') : null,
    })
  }

  private isRecoded({ topic }: FoundInQueue): boolean {
    return isRetryTopic(topic) && !this.config.popResponseReturnActualRetryTopic
  }

  /** A consumer sees the topic that it asked for, and holds the retry topic in its receipt. */
  private *recoded(found: FoundInQueue, header: PopMessageHeader, outcome: PopOutcome): Iterable<Buffer> {
    for (const message of messagesIn(found.result)) {
      yield encodeStoredMessage(
        { ...message, topic: header.topic, properties: this.withReceipt(message, found, header, outcome) },
        message,
      )
    }
  }

  private withReceipt(
    message: StoredMessage,
    { startOffset }: FoundInQueue,
    { invisibleTime }: PopMessageHeader,
    { popTime, reviveQueueId }: PopOutcome,
  ): Buffer {
    const properties = parseProperties(message.properties)
    const { brokerName } = this.config
    const receipt = popExtraInfo({ startOffset, popTime, invisibleTime, reviveQueueId, brokerName }, message)
    if (!properties.has('POP_CK')) properties.set('POP_CK', receipt)
    return encodeProperties(properties)
  }
}

function countInfo(queue: FoundInQueue): string {
  return orderCountInfo(queue, queue.offsets, queue.consumedCounts)
}
