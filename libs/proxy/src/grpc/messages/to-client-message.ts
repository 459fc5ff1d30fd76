import { hash } from 'node:crypto'
import { compressionTypeOf, decompressBody, encodeMessageId, MessageSysFlag } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import { timestampOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import { MessageProperty, messageTypeOf } from '../../messaging/message-to-send'
import { hiddenProperties, reservedProperties } from './reserved-properties'

type Message = v2.Message.$Properties
type SystemProperties = v2.SystemProperties.$Properties

export interface MessageToShow extends StoredMessage {
  readonly parsedProperties: ReadonlyMap<string, string>
}

const MS_PER_SECOND = 1000
/** As large as a body may be that clients get unpacked. */
const UNPACKED_BYTES_MAX = 64 * 1024 * 1024

/**
 * A stored message as gRPC clients get it. Bodies that remoting producers packed are unpacked here: what clients can unpack
 * differs from one to the other. Source: proxy/grpc/v2/common/GrpcConverter.java
 */
export async function toClientMessage(message: MessageToShow, receiptHandle: string | null): Promise<Message> {
  const { parsedProperties: properties, topic } = message
  const body = await unpackedBody(message)
  const systemProperties = systemPropertiesOf(message, receiptHandle)
  systemProperties.bodyDigest = digestOf(body)
  const userProperties = Object.fromEntries(
    [...properties].filter(([name]) => !reservedProperties.has(name) && !hiddenProperties.has(name)),
  )
  return { topic: { name: topic }, userProperties, systemProperties, body }
}

async function unpackedBody({ body, sysFlag }: StoredMessage): Promise<Buffer> {
  if ((sysFlag & MessageSysFlag.COMPRESSED) === 0) return body
  return await decompressBody(body, compressionTypeOf(sysFlag), UNPACKED_BYTES_MAX)
}

function digestOf(body: Buffer): v2.Digest.$Properties {
  return { type: v2.DigestType.MD5, checksum: hash('md5', body, 'hex').toUpperCase() }
}

function systemPropertiesOf(message: MessageToShow, receiptHandle: string | null): SystemProperties {
  const { parsedProperties: properties, storeHost, physicalOffset } = message
  const text = (name: string): string | null => properties.get(name) ?? null
  const deliverAtMs = deliverAtMsOf(message)
  const deadLetterTopic = text(MessageProperty.DEAD_LETTER_TOPIC)
  const bornTimestamp = Number(text(MessageProperty.BORN_TIMESTAMP) ?? message.bornTimestamp)
  return {
    tag: text(MessageProperty.TAGS),
    keys:
      text(MessageProperty.KEYS)
        ?.split(' ')
        .filter(key => key !== '') ?? [],
    messageId: text(MessageProperty.UNIQUE_ID) ?? encodeMessageId(storeHost, physicalOffset),
    bodyEncoding: v2.Encoding.IDENTITY,
    messageType: clientTypeOf(properties),
    bornTimestamp: timestampOfMs(bornTimestamp),
    bornHost: text(MessageProperty.BORN_HOST) ?? hostText(message.bornHost),
    storeTimestamp: timestampOfMs(message.storeTimestamp),
    storeHost: hostText(storeHost),
    ...(deliverAtMs === null ? {} : { deliveryTimestamp: timestampOfMs(deliverAtMs) }),
    receiptHandle,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    deliveryAttempt: message.reconsumeTimes + 1,
    messageGroup: text(MessageProperty.GROUP),
    traceContext: text(MessageProperty.TRACE_CONTEXT),
    ...(deadLetterTopic === null
      ? {}
      : { deadLetterQueue: { topic: deadLetterTopic, messageId: text(MessageProperty.DEAD_LETTER_MESSAGE_ID) } }),
    liteTopic: text(MessageProperty.LITE_TOPIC),
    priority: numberOf(text(MessageProperty.PRIORITY)),
  }
}

function clientTypeOf(properties: ReadonlyMap<string, string>): v2.MessageType {
  const type = messageTypeOf(properties)
  return type === 'UNSPECIFIED' || type === 'MIXED' ? v2.MessageType.NORMAL : v2.MessageType[type]
}

function deliverAtMsOf({ parsedProperties, storeTimestamp }: MessageToShow): number | null {
  const atMs = numberOf(parsedProperties.get(MessageProperty.DELIVER_AT_MS) ?? null)
  if (atMs !== null) return atMs
  const delaySeconds = numberOf(parsedProperties.get(MessageProperty.DELAY_SECONDS) ?? null)
  return delaySeconds === null ? null : storeTimestamp + delaySeconds * MS_PER_SECOND
}

/** Null for what is no whole number. */
function numberOf(text: string | null): number | null {
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null
}

const PORT_BYTES = 4
const IPV4_BYTES = 4

/** `ip:port` of the bytes that a stored message has. */
function hostText(host: Buffer): string {
  const addressBytes = host.length - PORT_BYTES
  const port = host.readInt32BE(addressBytes)
  if (addressBytes === IPV4_BYTES) return `${[...host.subarray(0, IPV4_BYTES)].join('.')}:${port}`
  const groups = Array.from({ length: addressBytes / 2 }, (_, index) => host.readUInt16BE(index * 2).toString(16))
  return `[${groups.join(':')}]:${port}`
}
