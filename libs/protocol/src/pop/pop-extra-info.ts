import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'

/** A receipt that no broker gave out. */
export class InvalidExtraInfoError extends RefusedError {
  readonly code = 'RMQ_INVALID_EXTRA_INFO'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(extraInfo: string) {
    super(`extraInfo "${extraInfo.slice(0, 100)}" is not what a pop answers with: hand its POP_CK on as it is`)
  }
}

/** The `reviveQueueId` of messages popped in order: they have no check point. */
export const POP_ORDER_REVIVE_QUEUE = 999

/**
 * What a consumer holds of a popped message and acknowledges it with: the property POP_CK, the field `extraInfo`.
 *
 *   startOffset popTime invisibleTime reviveQueueId retryFlag brokerName queueId queueOffset
 *
 * Source: remoting/protocol/header/ExtraInfoUtil.java
 */
export interface PopExtraInfo {
  readonly startOffset: number
  readonly popTime: number
  readonly invisibleTime: number
  readonly reviveQueueId: number
  readonly brokerName: string
}

export function popExtraInfo(
  info: PopExtraInfo,
  message: { topic: string; queueId: number; queueOffset: number },
): string {
  const { startOffset, popTime, invisibleTime, reviveQueueId, brokerName } = info
  const flag = retryFlagOf(message.topic)
  return `${startOffset} ${popTime} ${invisibleTime} ${reviveQueueId} ${flag} ${brokerName} ${message.queueId} ${message.queueOffset}`
}

/** The part of it that says which check point is meant: queue and offset come with the request. Throws InvalidExtraInfoError. */
export function readPopExtraInfo(extraInfo: string): PopExtraInfo {
  const [startOffset, popTime, invisibleTime, reviveQueueId, , brokerName] = extraInfo.split(' ')
  const info = {
    startOffset: wholeNumberIn(startOffset),
    popTime: wholeNumberIn(popTime),
    invisibleTime: wholeNumberIn(invisibleTime),
    reviveQueueId: wholeNumberIn(reviveQueueId),
    brokerName: brokerName ?? '',
  }
  // One that is none makes the sum none.
  const sum = info.startOffset + info.popTime + info.invisibleTime + info.reviveQueueId
  if (brokerName === undefined || Number.isNaN(sum)) throw new InvalidExtraInfoError(extraInfo)
  return info
}

/** Whether a topic is one of retries, and spelled how. */
export function retryFlagOf(topic: string): '0' | '1' | '2' {
  if (!topic.startsWith('%RETRY%')) return '0'
  return topic.includes('+') ? '2' : '1'
}

/** One entry of `startOffsetInfo`; a pop joins those of its queues by `;`. */
export function startOffsetInfo(queue: { topic: string; queueId: number }, startOffset: number): string {
  return `${retryFlagOf(queue.topic)} ${queue.queueId} ${startOffset}`
}

/** One entry of `msgOffsetInfo`; a pop joins those of its queues by `;`. */
export function messageOffsetInfo(queue: { topic: string; queueId: number }, offsets: readonly number[]): string {
  return `${retryFlagOf(queue.topic)} ${queue.queueId} ${offsets.join(',')}`
}

/**
 * What one queue adds to `orderCountInfo`: how often each message was popped before, for those that were; and then, as old
 * clients know nothing else, the least of it for the whole queue. `counts` is by offset.
 */
export function orderCountInfo(
  queue: { topic: string; queueId: number },
  offsets: readonly number[],
  counts: ReadonlyMap<number, number>,
): string {
  const flag = retryFlagOf(queue.topic)
  const ofMessages = [...counts].map(([offset, count]) => `${flag} qo${queue.queueId}%${offset} ${count}`)
  const least = counts.size === offsets.length ? Math.min(...counts.values()) : 0
  return [...ofMessages, `${flag} ${queue.queueId} ${least}`].join(';')
}

/** NaN for what is none, or more than a number can hold exactly. */
function wholeNumberIn(text: string | undefined): number {
  const number = text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? number : Number.NaN
}
