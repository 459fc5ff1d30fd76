import assert from 'node:assert'
import { writeText } from '../frame/write-text'
import { bodyCrc32 } from '../message/body-crc'
import type { BatchItemPlace } from '../message/message-batch'
import { MessageSysFlag } from '../message/message-sys-flag'
import { STORED_MESSAGE_FIXED_BYTES, StoredMessageMagic } from './stored-message'
import type { StoredBatchContent, StoredMessageContent, StoredMessagePlace } from './stored-message'

const TOPIC_BYTES_MAX_V1 = 127
/** UTF-8 of a UTF-16 unit. */
const BYTES_PER_UNIT_MAX = 3

/** How long the record will be. */
export function storedMessageBytes(content: StoredMessageContent, storeHost: Buffer): number {
  return bytesBesideTexts(content, storeHost) + content.body.length + storedPropertiesBytes(content)
}

/** How long the records of a batch will be, all together. */
export function storedBatchBytes(
  batch: StoredBatchContent,
  items: readonly BatchItemPlace[],
  storeHost: Buffer,
): number {
  let bytes = items.length * bytesBesideTexts(batch, storeHost)
  for (const item of items) bytes += item.bodyEnd - item.bodyAt + item.propertiesEnd - item.propertiesAt
  return bytes
}

/** Of a record: all but body and properties. */
function bytesBesideTexts({ topic, bornHost }: StoredBatchContent, storeHost: Buffer): number {
  const topicBytes = Buffer.byteLength(topic) + (isLong(topic) ? 2 : 1)
  return STORED_MESSAGE_FIXED_BYTES + bornHost.length + storeHost.length + topicBytes
}

/** Such a topic makes a record V2. */
function isLong(topic: string): boolean {
  return topic.length * BYTES_PER_UNIT_MAX > TOPIC_BYTES_MAX_V1 && Buffer.byteLength(topic) > TOPIC_BYTES_MAX_V1
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
  const { body, properties, addedProperties } = content
  putInt32(out, at + 8, bodyCrc32(body))
  putInt32(out, at + 16, content.flag)
  let next = writeFields(out, at, content, place)
  putInt32(out, next, body.length)
  next = putBytes(out, next + 4, body)
  next = writeTopic(out, next, content.topic)
  next = putInt16(out, next, storedPropertiesBytes(content))
  next = putBytes(out, next, properties)
  if (addedProperties !== undefined) next = putBytes(out, next, addedProperties)
  return finish(out, at, next)
}

/** As writeStoredMessage, for one item of `batch.body`. The room of all is `storedBatchBytes`. */
export function writeStoredBatchItem(
  out: Buffer,
  at: number,
  batch: StoredBatchContent,
  item: BatchItemPlace,
  place: StoredMessagePlace,
): number {
  const { bodyAt, bodyEnd, propertiesAt, propertiesEnd } = item
  putInt32(out, at + 8, bodyCrc32(batch.body, bodyAt, bodyEnd))
  putInt32(out, at + 16, item.flag)
  let next = writeFields(out, at, batch, place)
  putInt32(out, next, bodyEnd - bodyAt)
  next = putBytes(out, next + 4, batch.body.subarray(bodyAt, bodyEnd))
  next = writeTopic(out, next, batch.topic)
  next = putInt16(out, next, propertiesEnd - propertiesAt)
  next = putBytes(out, next, batch.body.subarray(propertiesAt, propertiesEnd))
  return finish(out, at, next)
}

/** All of fixed length but record length, CRC and flag. Returns where the length of the body goes. */
function writeFields(out: Buffer, at: number, content: StoredBatchContent, place: StoredMessagePlace): number {
  const { bornHost } = content
  const { storeHost } = place
  putInt32(out, at + 4, isLong(content.topic) ? StoredMessageMagic.V2 : StoredMessageMagic.V1)
  putInt32(out, at + 12, content.queueId)
  putInt64(out, at + 20, place.queueOffset)
  putInt64(out, at + 28, place.physicalOffset)
  putInt32(out, at + 36, sysFlagWithHosts(content.sysFlag, bornHost, storeHost))
  putInt64(out, at + 40, content.bornTimestamp)
  let next = putBytes(out, at + 48, bornHost)
  putInt64(out, next, place.storeTimestamp)
  next = putBytes(out, next + 8, storeHost)
  putInt32(out, next, content.reconsumeTimes)
  putInt64(out, next + 4, content.preparedTransactionOffset)
  return next + 12
}

function writeTopic(out: Buffer, at: number, topic: string): number {
  if (isLong(topic)) return writeText(out, putInt16(out, at, Buffer.byteLength(topic)), topic)
  const end = writeText(out, at + 1, topic)
  out[at] = end - at - 1
  return end
}

function finish(out: Buffer, at: number, end: number): number {
  assert(end <= out.length, 'the record has room')
  putInt32(out, at, end - at)
  return end
}

/* Buffer's own writers check value and place each time, which here would take longer than all the writing. */

function putInt32(out: Buffer, at: number, value: number): void {
  out[at] = value >>> 24
  out[at + 1] = value >>> 16
  out[at + 2] = value >>> 8
  out[at + 3] = value
}

function putInt16(out: Buffer, at: number, value: number): number {
  out[at] = value >>> 8
  out[at + 1] = value
  return at + 2
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
