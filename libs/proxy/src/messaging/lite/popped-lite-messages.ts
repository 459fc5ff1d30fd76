import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { MessageProperty } from '../message-to-send'
import { readStoredMessages } from '../popped-messages'
import type { PulledMessage, ReceivedMessage } from '../popped-messages'

const WHOLE_NUMBER = /^\d{1,15}$/

/**
 * Reads what a pop of lite topics of `topic` was answered with: messages of several lite topics, each with its offset there.
 * Source: client/impl/MQClientAPIImpl.java (processPopLiteResponse)
 */
export function readPoppedLiteMessages(
  response: IncomingCommand,
  { topic, brokerName }: { readonly topic: string; readonly brokerName: string },
): readonly ReceivedMessage[] {
  const { extFields } = response
  const [popTime = 0, invisibleTime = 0, reviveQueueId = 0] = ['popTime', 'invisibleTime', 'reviveQid'].map(name =>
    Number(extFields[name] ?? 0),
  )
  const stored = readStoredMessages(response)
  const counts = readCounts(extFields['orderCountInfo'], stored.length)
  return stored.flatMap((message, index) => {
    const queueOffset = liteOffsetOf(message)
    if (queueOffset === null) return [] // in no lite topic, or in several: nobody could acknowledge it
    const { physicalOffset, parsedProperties } = message
    if (!parsedProperties.has(MessageProperty.FIRST_POP_TIME)) {
      parsedProperties.set(MessageProperty.FIRST_POP_TIME, String(popTime))
    }
    const liteTopic = parsedProperties.get(MessageProperty.LITE_TOPIC) ?? null
    const receiptHandle = {
      ...{ startOffset: 0, popTime, invisibleTime, reviveQueueId, retryFlag: 0, brokerName, queueId: 0, queueOffset },
      ...{ physicalOffset, liteTopic },
    }
    return [{ ...message, topic, queueOffset, reconsumeTimes: counts[index] ?? 0, receiptHandle }]
  })
}

/** Where it lies in the one queue besides its own that it was put in. */
function liteOffsetOf({ parsedProperties }: PulledMessage): number | null {
  const queues = parsedProperties.get(MessageProperty.MULTI_DISPATCH) ?? ''
  const offset = parsedProperties.get(MessageProperty.MULTI_QUEUE_OFFSET) ?? ''
  return queues !== '' && !queues.includes(',') && WHOLE_NUMBER.test(offset) ? Number(offset) : null
}

/** How often each was delivered before: `0 qo0%<offset> <count>` or the count alone, joined by `;`. Empty unless there is one for each. */
function readCounts(text: string | undefined, messageCount: number): readonly number[] {
  const counts = (text ?? '').split(';').map(item => item.slice(item.lastIndexOf(' ') + 1))
  const isWhole = counts.length === messageCount && counts.every(count => WHOLE_NUMBER.test(count))
  return isWhole ? counts.map(Number) : []
}
