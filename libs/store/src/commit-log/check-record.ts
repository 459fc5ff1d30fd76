import { readInt64 } from '@rocketmq-ts/base'
import { MessageSysFlag, StoredMessageLayout, StoredMessageMagic, bodyCrc32 } from '@rocketmq-ts/protocol'

/** All fields of a record with IPv4 hosts, and no body, topic or properties. */
export const RECORD_BYTES_MIN = 91

/** What recovery needs of a record to dispatch it. */
export interface RecordToDispatch {
  readonly topic: string
  readonly queueId: number
  readonly queueOffset: number
  readonly physicalOffset: number
  readonly recordBytes: number
  readonly sysFlag: number
  readonly storeTimestamp: number
  /** Borrowed from what was checked. */
  readonly properties: Buffer
}

/**
 * The record that fills `bytes` and was written at `physicalOffset`, or the reason why it is none. Strict where Java is
 * not: the record has to say its own offset, so that stale bytes are not taken for it.
 * Source: store/CommitLog.java (checkMessageAndReturnSize)
 */
export function checkRecord(bytes: Buffer, physicalOffset: number, checksCrc: boolean): RecordToDispatch | string {
  const magic = bytes.readInt32BE(StoredMessageLayout.magicAt)
  const isV2 = magic === StoredMessageMagic.V2
  if (!isV2 && magic !== StoredMessageMagic.V1) return `magic ${magic}`
  const ownOffset = readInt64(bytes, StoredMessageLayout.physicalOffsetAt)
  if (ownOffset !== physicalOffset) return `says that it belongs at ${ownOffset}`
  const sysFlag = bytes.readInt32BE(StoredMessageLayout.sysFlagAt)
  const storeTimestampAt = StoredMessageLayout.bornHostAt + hostBytes(sysFlag, MessageSysFlag.BORN_HOST_V6)
  const bodyAt = storeTimestampAt + 8 + hostBytes(sysFlag, MessageSysFlag.STORE_HOST_V6) + 16
  if (bodyAt + 4 > bytes.length) return 'too short'
  const bodyEnd = bodyAt + bytes.readInt32BE(bodyAt - 4)
  const topicAt = bodyEnd + (isV2 ? 2 : 1)
  if (bodyEnd < bodyAt || topicAt > bytes.length) return 'body longer than the record'
  const topicEnd = topicAt + (isV2 ? bytes.readUInt16BE(bodyEnd) : bytes.readUInt8(bodyEnd))
  if (topicEnd + 2 > bytes.length) return 'topic longer than the record'
  if (topicEnd + 2 + bytes.readUInt16BE(topicEnd) !== bytes.length) return 'fields and length disagree'
  // A write that a crash tore ends in zeros; behind the body no CRC tells. Neither topics nor properties end in one.
  if (bytes[topicEnd + 2 === bytes.length ? topicEnd - 1 : bytes.length - 1] === 0) return 'ends in zeros'
  if (checksCrc && bodyCrc32(bytes.subarray(bodyAt, bodyEnd)) !== bytes.readInt32BE(StoredMessageLayout.bodyCrcAt)) {
    return 'the CRC of the body is another'
  }
  return {
    topic: bytes.toString('utf8', topicAt, topicEnd),
    queueId: bytes.readInt32BE(StoredMessageLayout.queueIdAt),
    queueOffset: readInt64(bytes, StoredMessageLayout.queueOffsetAt),
    physicalOffset,
    recordBytes: bytes.length,
    sysFlag,
    storeTimestamp: readInt64(bytes, storeTimestampAt),
    properties: bytes.subarray(topicEnd + 2),
  }
}

function hostBytes(sysFlag: number, v6Bit: number): number {
  return (sysFlag & v6Bit) === 0 ? 8 : 20
}
