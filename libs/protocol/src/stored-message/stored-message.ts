import assert from 'node:assert'
import { CorruptDataError, readInt64 } from '@rocketmq-ts/base'
import { writeText } from '../frame/write-text'
import { bodyCrc32 } from '../message/body-crc'
import { MessageSysFlag } from '../message/message-sys-flag'

/**
 * A message as it lies in the CommitLog and travels to consumers. Big-endian; h is 8 (IPv4) or 20 (IPv6), by bits of
 * the sysFlag.
 *
 *   0             4       8         12        16     20            28               36        40
 *   | recordBytes | magic | bodyCrc | queueId | flag | queueOffset | physicalOffset | sysFlag | bornTimestamp
 *   | int32       | int32 | int32   | int32   | int32| int64       | int64          | int32   | int64
 *   48         48+h             +8          +h                +4                           +8
 *   | bornHost | storeTimestamp | storeHost | reconsumeTimes | preparedTransactionOffset | …
 *   | ip, port | int64          | ip, port  | int32          | int64                     |
 *   … bodyBytes | body | topicBytes     | topic | propertiesBytes | properties |
 *   … int32     |      | V1 u8, V2 i16  |       | int16           |            |
 *
 * V2 only where a topic is longer than 127 bytes. Source: store/CommitLog.java, store/MessageExtEncoder.java.
 */
export const StoredMessageMagic = { V1: -626_843_481, V2: -626_843_477, BLANK: -875_286_124 } as const

/** Where fields lie in every record, whatever its hosts: for patching and for a quick look. */
export const StoredMessageLayout = {
  recordBytesAt: 0,
  magicAt: 4,
  bodyCrcAt: 8,
  queueIdAt: 12,
  flagAt: 16,
  queueOffsetAt: 20,
  physicalOffsetAt: 28,
  sysFlagAt: 36,
  bornTimestampAt: 40,
  bornHostAt: 48,
} as const

const TOPIC_BYTES_MAX_V1 = 127
/** All fields but hosts, topic length, body, topic and properties. */
const FIXED_BYTES = 74

/** What the sender decides. */
export interface StoredMessageContent {
  readonly topic: string
  readonly queueId: number
  /** The client's, kept as it is. */
  readonly flag: number
  /** The bits for IPv6 hosts are set here by the length of the hosts. */
  readonly sysFlag: number
  readonly bornTimestamp: number
  /** 4 or 16 address bytes, then the port as int32. */
  readonly bornHost: Buffer
  readonly reconsumeTimes: number
  readonly preparedTransactionOffset: number
  readonly body: Buffer
  /** The final string (`key\x01value\x02`…), UTF-8. */
  readonly properties: Buffer
  /** More pairs, which are stored behind `properties`: those that many messages share need no copy for each. */
  readonly addedProperties?: Buffer
}

/** What the place in the store decides. */
export interface StoredMessagePlace {
  readonly queueOffset: number
  readonly physicalOffset: number
  readonly storeTimestamp: number
  /** As bornHost. */
  readonly storeHost: Buffer
}

export interface StoredMessage extends StoredMessageContent, StoredMessagePlace {
  readonly recordBytes: number
  readonly bodyCrc: number
}

/** How long the record will be. */
export function storedMessageBytes(content: StoredMessageContent, storeHost: Buffer): number {
  const topicBytes = Buffer.byteLength(content.topic)
  const topicLengthBytes = topicBytes > TOPIC_BYTES_MAX_V1 ? 2 : 1
  const hostBytes = content.bornHost.length + storeHost.length
  const propertiesBytes = storedPropertiesBytes(content)
  return FIXED_BYTES + hostBytes + content.body.length + topicLengthBytes + topicBytes + propertiesBytes
}

/** How long the properties of the record will be. */
export function storedPropertiesBytes({ properties, addedProperties }: StoredMessageContent): number {
  return addedProperties === undefined ? properties.length : properties.length + addedProperties.length
}

/**
 * Writes a record at `at` and returns its end. The caller has seen to it that `out` has room for `storedMessageBytes`.
 */
export function writeStoredMessage(
  out: Buffer,
  at: number,
  content: StoredMessageContent,
  place: StoredMessagePlace,
): number {
  const { bornHost, body, properties, addedProperties } = content
  const { storeHost } = place
  const topicBytes = Buffer.byteLength(content.topic)
  const isV2 = topicBytes > TOPIC_BYTES_MAX_V1
  putInt32(out, at + 4, isV2 ? StoredMessageMagic.V2 : StoredMessageMagic.V1)
  putInt32(out, at + 8, bodyCrc32(body))
  putInt32(out, at + 12, content.queueId)
  putInt32(out, at + 16, content.flag)
  putInt64(out, at + 20, place.queueOffset)
  putInt64(out, at + 28, place.physicalOffset)
  putInt32(out, at + 36, sysFlagWithHosts(content.sysFlag, bornHost, storeHost))
  putInt64(out, at + 40, content.bornTimestamp)
  let next = putBytes(out, at + 48, bornHost)
  putInt64(out, next, place.storeTimestamp)
  next = putBytes(out, next + 8, storeHost)
  putInt32(out, next, content.reconsumeTimes)
  putInt64(out, next + 4, content.preparedTransactionOffset)
  putInt32(out, next + 12, body.length)
  next = putBytes(out, next + 16, body)
  if (isV2) out[next++] = topicBytes >>> 8
  out[next++] = topicBytes
  next = writeText(out, next, content.topic)
  const propertiesBytes = storedPropertiesBytes(content)
  out[next] = propertiesBytes >>> 8
  out[next + 1] = propertiesBytes
  next = putBytes(out, next + 2, properties)
  if (addedProperties !== undefined) next = putBytes(out, next, addedProperties)
  assert(next <= out.length, 'the record has room')
  putInt32(out, at, next - at)
  return next
}

/* Buffer's own writers check value and place each time, which here would take longer than all the writing. */

function putInt32(out: Buffer, at: number, value: number): void {
  out[at] = value >>> 24
  out[at + 1] = value >>> 16
  out[at + 2] = value >>> 8
  out[at + 3] = value
}

function putInt64(out: Buffer, at: number, value: number): void {
  putInt32(out, at, Math.floor(value / 0x1_0000_0000))
  putInt32(out, at + 4, value)
}

function putBytes(out: Buffer, at: number, bytes: Buffer): number {
  out.set(bytes, at)
  return at + bytes.length
}

function sysFlagWithHosts(sysFlag: number, bornHost: Buffer, storeHost: Buffer): number {
  const withoutHosts = sysFlag & ~(MessageSysFlag.BORN_HOST_V6 | MessageSysFlag.STORE_HOST_V6)
  return (
    withoutHosts |
    (bornHost.length > 8 ? MessageSysFlag.BORN_HOST_V6 : 0) |
    (storeHost.length > 8 ? MessageSysFlag.STORE_HOST_V6 : 0)
  )
}

export function encodeStoredMessage(content: StoredMessageContent, place: StoredMessagePlace): Buffer {
  const bytes = Buffer.alloc(storedMessageBytes(content, place.storeHost))
  writeStoredMessage(bytes, 0, content, place)
  return bytes
}

/** Reads the record at `at`; its buffers are borrowed from `bytes`. Throws CorruptDataError if it cannot be one. */
export function readStoredMessage(bytes: Buffer, at: number): StoredMessage {
  const recordBytes = at + 4 <= bytes.length ? bytes.readInt32BE(at) : 0
  const end = at + recordBytes
  if (recordBytes < FIXED_BYTES || end > bytes.length)
    throw new CorruptDataError(`record of ${recordBytes} bytes at ${at}`)
  const magic = bytes.readInt32BE(at + 4)
  if (magic !== StoredMessageMagic.V1 && magic !== StoredMessageMagic.V2) {
    throw new CorruptDataError(`magic ${magic} at ${at + 4}`)
  }
  const sysFlag = bytes.readInt32BE(at + 36)
  const bornHost = bytes.subarray(at + 48, at + 48 + ((sysFlag & MessageSysFlag.BORN_HOST_V6) === 0 ? 8 : 20))
  const storeTimestampAt = at + 48 + bornHost.length
  const storeHostAt = storeTimestampAt + 8
  const storeHost = bytes.subarray(storeHostAt, storeHostAt + ((sysFlag & MessageSysFlag.STORE_HOST_V6) === 0 ? 8 : 20))
  const reconsumeTimesAt = storeHostAt + storeHost.length
  const bodyAt = within(reconsumeTimesAt + 16, end)
  const bodyEnd = endOf(bodyAt, bytes.readInt32BE(bodyAt - 4), end)
  const topicAt = within(bodyEnd + (magic === StoredMessageMagic.V2 ? 2 : 1), end)
  const topicEnd = endOf(
    topicAt,
    magic === StoredMessageMagic.V2 ? bytes.readInt16BE(topicAt - 2) : bytes.readUInt8(topicAt - 1),
    end,
  )
  const propertiesAt = within(topicEnd + 2, end)
  const propertiesEnd = endOf(propertiesAt, bytes.readInt16BE(topicEnd), end)
  return {
    recordBytes,
    bodyCrc: bytes.readInt32BE(at + 8),
    queueId: bytes.readInt32BE(at + 12),
    flag: bytes.readInt32BE(at + 16),
    queueOffset: readInt64(bytes, at + 20),
    physicalOffset: readInt64(bytes, at + 28),
    sysFlag,
    bornTimestamp: readInt64(bytes, at + 40),
    bornHost,
    storeTimestamp: readInt64(bytes, storeTimestampAt),
    storeHost,
    reconsumeTimes: bytes.readInt32BE(reconsumeTimesAt),
    preparedTransactionOffset: readInt64(bytes, reconsumeTimesAt + 4),
    body: bytes.subarray(bodyAt, bodyEnd),
    topic: bytes.toString('utf8', topicAt, topicEnd),
    properties: bytes.subarray(propertiesAt, propertiesEnd),
  }
}

function within(at: number, end: number): number {
  if (at > end) throw new CorruptDataError('a record shorter than its fields')
  return at
}

function endOf(at: number, length: number, end: number): number {
  if (length < 0 || length > end - at)
    throw new CorruptDataError(`a field of ${length} bytes in a record that ends after ${end - at}`)
  return at + length
}
