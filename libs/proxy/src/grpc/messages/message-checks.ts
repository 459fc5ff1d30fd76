import { msOfDuration, msOfTimestamp, v2 } from '@rocketmq-ts/protocol/grpc'
import type { ProxyConfig } from '../../proxy-config'
import { requireLiteTopic } from '../names'
import { InvalidRequestError } from '../status'
import { innerProperties, reservedProperties } from './reserved-properties'

export type MessageChecksConfig = Pick<
  ProxyConfig,
  | 'enableMessageBodyEmptyCheck'
  | 'maxDelayTimeMills'
  | 'maxLiteTopicSize'
  | 'maxMessageGroupSize'
  | 'maxMessageSize'
  | 'maxTransactionRecoverySecond'
  | 'maxUserPropertySize'
  | 'userPropertyMaxNum'
>

const CONTROL = /\p{Cc}/u
const MS_PER_SECOND = 1000

/** May this message be sent: Java's checks, in its order. Throws InvalidRequestError. Source: proxy/grpc/v2/producer/SendMessageActivity.java */
export function requireSendable(message: v2.Message.$Properties, config: MessageChecksConfig, nowMs: number): void {
  requireBody(message, config)
  requireProperties(message, config)
  const system = message.systemProperties ?? {}
  requireTag(system.tag)
  for (const key of system.keys ?? []) {
    check(
      key.trim() !== '' && !CONTROL.test(key),
      v2.Code.ILLEGAL_MESSAGE_KEY,
      'a key is blank or has control characters',
    )
  }
  check((system.messageId ?? '').trim() !== '', v2.Code.ILLEGAL_MESSAGE_ID, 'message id cannot be empty')
  const deliverAtMs = msOfTimestamp(system.deliveryTimestamp)
  if (deliverAtMs !== null && config.maxDelayTimeMills > 0) {
    const isNear = deliverAtMs - nowMs <= config.maxDelayTimeMills
    check(
      isNear,
      v2.Code.ILLEGAL_DELIVERY_TIME,
      `the max delay time of message is too large, max is ${config.maxDelayTimeMills}`,
    )
  }
  const recoveryMs = msOfDuration(system.orphanedTransactionRecoveryDuration)
  if (recoveryMs !== null) {
    const text = `the max transaction recovery time of message is too large, max is ${config.maxTransactionRecoverySecond}`
    check(recoveryMs <= config.maxTransactionRecoverySecond * MS_PER_SECOND, v2.Code.BAD_REQUEST, text)
  }
  requireMessageGroup(system.messageGroup, config)
  if ((system.liteTopic ?? '') !== '') requireLiteTopic(system.liteTopic ?? '', config)
  requireWhatItsTypeNeeds(system)
}

function requireBody({ body }: v2.Message.$Properties, config: MessageChecksConfig): void {
  const bodyBytes = body?.length ?? 0
  const isPresent = bodyBytes > 0 || !config.enableMessageBodyEmptyCheck
  check(isPresent, v2.Code.MESSAGE_BODY_EMPTY, 'message body cannot be empty')
  const text = `message body cannot exceed the max ${config.maxMessageSize}`
  check(config.maxMessageSize <= 0 || bodyBytes <= config.maxMessageSize, v2.Code.MESSAGE_BODY_TOO_LARGE, text)
}

function requireProperties(
  { userProperties, systemProperties }: v2.Message.$Properties,
  config: MessageChecksConfig,
): void {
  const entries = Object.entries(userProperties ?? {})
  const { userPropertyMaxNum, maxUserPropertySize } = config
  const tooMany = `too many user properties, max is ${userPropertyMaxNum}`
  check(userPropertyMaxNum <= 0 || entries.length <= userPropertyMaxNum, v2.Code.MESSAGE_PROPERTIES_TOO_LARGE, tooMany)
  const counted = [...entries.flat(), systemProperties?.tag ?? '', ...(systemProperties?.keys ?? [])]
  const sumBytes = counted.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  for (const [key, value] of entries) {
    const isFree = !reservedProperties.has(key) && !innerProperties.has(key)
    check(isFree, v2.Code.ILLEGAL_MESSAGE_PROPERTY_KEY, `property is used by system: ${key}`)
    const isPlain = !CONTROL.test(key) && !CONTROL.test(value)
    check(isPlain, v2.Code.ILLEGAL_MESSAGE_PROPERTY_KEY, 'a property has control characters')
  }
  const tooLarge = `the total size of user property is too large, max is ${maxUserPropertySize}`
  check(maxUserPropertySize <= 0 || sumBytes <= maxUserPropertySize, v2.Code.MESSAGE_PROPERTIES_TOO_LARGE, tooLarge)
}

function requireTag(tag: string | null | undefined): void {
  if (tag === null || tag === undefined || tag === '') return
  check(tag.trim() !== '', v2.Code.ILLEGAL_MESSAGE_TAG, 'tag cannot be the char sequence of whitespace')
  check(!tag.includes('|'), v2.Code.ILLEGAL_MESSAGE_TAG, "tag cannot contain '|'")
  check(!CONTROL.test(tag), v2.Code.ILLEGAL_MESSAGE_TAG, 'tag cannot contain control character')
}

function requireMessageGroup(group: string | null | undefined, { maxMessageGroupSize }: MessageChecksConfig): void {
  if (group === null || group === undefined || group === '') return
  check(group.trim() !== '', v2.Code.ILLEGAL_MESSAGE_GROUP, 'message group cannot be the char sequence of whitespace')
  const isShort = maxMessageGroupSize <= 0 || Buffer.byteLength(group) < maxMessageGroupSize
  check(isShort, v2.Code.ILLEGAL_MESSAGE_GROUP, `message group exceed the max size ${maxMessageGroupSize}`)
  check(!CONTROL.test(group), v2.Code.ILLEGAL_MESSAGE_GROUP, 'message group cannot contain control character')
}

function requireWhatItsTypeNeeds({ messageType, liteTopic, priority }: v2.SystemProperties.$Properties): void {
  const { MESSAGE_PROPERTY_CONFLICT_WITH_TYPE } = v2.Code
  const isLite = messageType === v2.MessageType.LITE
  const isNamed = (liteTopic ?? '') !== ''
  check(!isLite || isNamed, MESSAGE_PROPERTY_CONFLICT_WITH_TYPE, 'a message of type LITE needs a lite topic')
  const isUrgent = messageType === v2.MessageType.PRIORITY
  const isRanked = priority !== null && priority !== undefined && priority >= 0
  const text = 'a message of type PRIORITY needs a priority, 0 or more'
  check(!isUrgent || isRanked, MESSAGE_PROPERTY_CONFLICT_WITH_TYPE, text)
}

function check(isFine: boolean, code: v2.Code, text: string): void {
  if (!isFine) throw new InvalidRequestError(code, text)
}
