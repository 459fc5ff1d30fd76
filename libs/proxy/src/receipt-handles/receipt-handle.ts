import { POP_ORDER_REVIVE_QUEUE } from '@rocketmq-ts/protocol'
import { InvalidReceiptHandleError } from '../messaging/refusals'

/**
 * What a consumer holds of a message that it received, and names it by from then on.
 *
 *   startOffset popTime invisibleTime reviveQueueId retryFlag brokerName queueId queueOffset physicalOffset [liteTopic]
 *
 * The broker reads the first eight; the last is ours, and Java's proxy does not look at it. Source: common/consumer/ReceiptHandle.java
 */
export interface ReceiptHandle {
  readonly startOffset: number
  readonly popTime: number
  readonly invisibleTime: number
  readonly reviveQueueId: number
  /** 0: of the topic itself; 1, 2: of its retry topic, spelled the old or the new way. */
  readonly retryFlag: number
  readonly brokerName: string
  readonly queueId: number
  readonly queueOffset: number
  /** -1: not known. */
  readonly physicalOffset: number
  /** The lite topic that it came from, in whose queue `queueOffset` counts; null: from none, or that is not known. */
  readonly liteTopic: string | null
}

const PARTS_MIN = 8
const PARTS_BEFORE_LITE_TOPIC = 9
const RETRY_FLAG_MAX = 2

/** As clients get it. */
export function encodeReceiptHandle(handle: ReceiptHandle): string {
  const text = `${extraInfoOf(handle)} ${handle.physicalOffset}`
  return handle.liteTopic === null ? text : `${text} ${handle.liteTopic}`
}

/** As brokers take it. */
export function extraInfoOf(handle: ReceiptHandle): string {
  const { startOffset, popTime, invisibleTime, reviveQueueId, retryFlag, brokerName, queueId, queueOffset } = handle
  return [startOffset, popTime, invisibleTime, reviveQueueId, retryFlag, brokerName, queueId, queueOffset].join(' ')
}

/** Throws InvalidReceiptHandleError. */
export function decodeReceiptHandle(text: string): ReceiptHandle {
  const parts = text.split(' ')
  const number = (index: number): number => wholeNumber(parts[index])
  const [startOffset, popTime, invisibleTime, reviveQueueId] = [number(0), number(1), number(2), number(3)]
  const [retryFlag, queueId, queueOffset] = [number(4), number(6), number(7)]
  const brokerName = parts[5] ?? ''
  const physicalOffset = parts.length > PARTS_MIN ? number(PARTS_MIN) : -1
  const liteTopic = parts.slice(PARTS_BEFORE_LITE_TOPIC).join(' ')
  const numbers = [startOffset, popTime, invisibleTime, reviveQueueId, retryFlag, queueId, queueOffset, physicalOffset]
  if (parts.length < PARTS_MIN || brokerName === '' || numbers.some(Number.isNaN) || retryFlag > RETRY_FLAG_MAX) {
    throw new InvalidReceiptHandleError(`receipt handle "${text.slice(0, 100)}" is none: hand it on as it came`)
  }
  return {
    startOffset,
    popTime,
    invisibleTime,
    reviveQueueId,
    retryFlag,
    brokerName,
    queueId,
    queueOffset,
    physicalOffset,
    liteTopic: liteTopic === '' ? null : liteTopic,
  }
}

/** Of a message that is still hidden from others. Throws InvalidReceiptHandleError. */
export function requireValidHandle(text: string, nowMs: number): ReceiptHandle {
  const handle = decodeReceiptHandle(text)
  if (visibleAtMs(handle) <= nowMs) {
    throw new InvalidReceiptHandleError('receipt handle is expired: the message is given to others again')
  }
  return handle
}

/** With the lite topic that its consumer names, if the handle does not know: Java's proxy leaves it out. */
export function ofLiteTopic(handle: ReceiptHandle, liteTopic: string | null | undefined): ReceiptHandle {
  return handle.liteTopic !== null || (liteTopic ?? '') === '' ? handle : { ...handle, liteTopic: liteTopic ?? null }
}

/** When others get the message unless something happens. */
export function visibleAtMs({ popTime, invisibleTime }: ReceiptHandle): number {
  return popTime + invisibleTime
}

export function isOrdered({ reviveQueueId }: ReceiptHandle): boolean {
  return reviveQueueId === POP_ORDER_REVIVE_QUEUE
}

/** The topic that the message lies on: its own, or one of the retry topics of the group. */
export function storedTopicOf({ retryFlag }: Pick<ReceiptHandle, 'retryFlag'>, topic: string, group: string): string {
  switch (retryFlag) {
    case 1:
      return `%RETRY%${group}_${topic}`
    case 2:
      return `%RETRY%${group}+${topic}`
    default:
      return topic
  }
}

/** NaN for what is none. */
function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
}
