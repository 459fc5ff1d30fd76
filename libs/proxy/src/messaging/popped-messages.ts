import { parseProperties, readStoredMessage, retryFlagOf } from '@rocketmq-ts/protocol'
import type { IncomingCommand, StoredMessage } from '@rocketmq-ts/protocol'
import { decodeReceiptHandle } from '../receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../receipt-handles/receipt-handle'
import { MessageProperty } from './message-to-send'

/** A message of an answer, whose buffers it shares. */
export interface PulledMessage extends StoredMessage {
  readonly parsedProperties: Map<string, string>
}

/** A message as a consumer gets it. */
export interface ReceivedMessage extends StoredMessage {
  /** The topic that was asked for, also of a message that came from a retry topic. */
  readonly topic: string
  readonly parsedProperties: ReadonlyMap<string, string>
  readonly receiptHandle: ReceiptHandle
}

/** Reads what a pop of `topic` was answered with. Source: client/impl/MQClientAPIImpl.java (processPopResponse) */
export function readPoppedMessages(
  response: IncomingCommand,
  { topic, brokerName }: { readonly topic: string; readonly brokerName: string },
): readonly ReceivedMessage[] {
  const { extFields } = response
  const startOffsets = readInfo(extFields['startOffsetInfo'])
  const counts = readInfo(extFields['orderCountInfo'])
  const [popTime = 0, invisibleTime = 0, reviveQueueId = 0] = ['popTime', 'invisibleTime', 'reviveQid'].map(name =>
    Number(extFields[name] ?? 0),
  )
  const messages: ReceivedMessage[] = []
  for (const message of readStoredMessages(response)) {
    const { queueId, queueOffset, physicalOffset, parsedProperties } = message
    const given = parsedProperties.get(MessageProperty.POP_CHECK)
    const retryFlag = Number(retryFlagOf(message.topic))
    const startOffset = startOffsets.get(`${retryFlag} ${queueId}`) ?? queueOffset
    const receiptHandle: ReceiptHandle =
      given === undefined
        ? {
            startOffset,
            popTime,
            invisibleTime,
            reviveQueueId,
            retryFlag,
            brokerName,
            queueId,
            queueOffset,
            physicalOffset,
            liteTopic: null,
          }
        : { ...decodeReceiptHandle(given), physicalOffset }
    if (!parsedProperties.has(MessageProperty.FIRST_POP_TIME)) {
      parsedProperties.set(MessageProperty.FIRST_POP_TIME, String(popTime))
    }
    const orderCount = counts.get(`${retryFlag} qo${queueId}%${queueOffset}`) ?? counts.get(`${retryFlag} ${queueId}`)
    const reconsumeTimes = orderCount ?? message.reconsumeTimes
    messages.push(Object.assign(message, { topic, reconsumeTimes, receiptHandle }))
  }
  return messages
}

/** The messages in the body of an answer, as they lie in the store. */
export function readStoredMessages({ body }: Pick<IncomingCommand, 'body'>): readonly PulledMessage[] {
  const messages: PulledMessage[] = []
  for (let at = 0; body !== null && at < body.length;) {
    const message = readStoredMessage(body, at)
    at += message.recordBytes
    messages.push(Object.assign(message, { parsedProperties: parseProperties(message.properties) }))
  }
  return messages
}

/** `retryFlag queue number` joined by `;`: from the first two to the number. */
function readInfo(text: string | undefined): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const entry of text?.split(';') ?? []) {
    const [retryFlag, queue, number] = entry.split(' ')
    if (number !== undefined) numbers.set(`${retryFlag} ${queue}`, Number(number))
  }
  return numbers
}
