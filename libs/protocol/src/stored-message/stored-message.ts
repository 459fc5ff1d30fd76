import { CorruptDataError, readInt64 } from '@rocketmq-ts/base'
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

/** All fields but hosts, topic length, body, topic and properties. */
export const STORED_MESSAGE_FIXED_BYTES = 74

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

/** What the records of a batch have in common. */
export type StoredBatchContent = Omit<StoredMessageContent, 'flag' | 'properties' | 'addedProperties'>

/** Reads the record at `at`; its buffers are borrowed from `bytes`. Throws CorruptDataError if it cannot be one. */
export function readStoredMessage(bytes: Buffer, at: number): StoredMessage {
  const recordBytes = at + 4 <= bytes.length ? bytes.readInt32BE(at) : 0
  const end = at + recordBytes
  if (recordBytes < STORED_MESSAGE_FIXED_BYTES || end > bytes.length)
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
