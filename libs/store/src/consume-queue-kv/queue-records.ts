import { CorruptDataError, readInt64, readSafeInt64, writeInt64 } from '@rocketmq-ts/base'
import type { KeyRange } from '../key-value/key-value-database'

/**
 * What the database of the queues holds. Each queue has a number that no other one ever gets, so a queue whose topic is
 * deleted and made again has nothing to do with the old one. int64 and int32 are big-endian: keys sort as numbers do.
 *
 *   'b' number(4)                    a queue of batches: what `QueueRecord` says
 *   'd' number(4)                    a queue that is gone and may have entries left: nothing
 *   'e' number(4) lastOffset(8)      a run of entries, as in Java's files, the last one at that offset
 *   'n'                              the number that the next queue gets: 4 bytes
 *   'q' number(4)                    a queue: what `QueueRecord` says
 *
 * A run is what one write of the queue had, up to 64 KiB. It has the offset of its last entry for a key, of a batch that
 * of its last message: the first key at or behind an offset is that of the run with its entry.
 */
const BATCH_QUEUE = 0x62
const GONE = 0x64
const ENTRIES = 0x65
const NEXT = 0x6e
const QUEUE = 0x71

export const NEXT_NUMBER_KEY = Buffer.from([NEXT])
export const ALL_QUEUES: readonly KeyRange[] = [QUEUE, BATCH_QUEUE].map(allOf)
export const ALL_GONE = allOf(GONE)

export function queueKey(number: number, isOfBatches: boolean): Buffer {
  return numberKey(isOfBatches ? BATCH_QUEUE : QUEUE, number, 5)
}

export function isOfBatchesKey(key: Buffer): boolean {
  return key[0] === BATCH_QUEUE
}

export function goneKey(number: number): Buffer {
  return numberKey(GONE, number, 5)
}

export function runKey(number: number, lastOffset: number): Buffer {
  const key = numberKey(ENTRIES, number, 13)
  writeInt64(key, lastOffset, 5)
  return key
}

/** The runs of a queue that have entries from..until, or come between. */
export function runsOf(number: number, fromOffset = 0, untilOffset = Number.MAX_SAFE_INTEGER): KeyRange {
  return { from: runKey(number, fromOffset), until: runKey(number, untilOffset) }
}

/** Of a key of a queue, present or gone. */
export function numberOfKey(key: Buffer): number {
  return key.readUInt32BE(1)
}

export function lastOffsetOfKey(key: Buffer): number {
  return readSafeInt64(key, 5)
}

/**
 *   0         4           12          20                    28                   36
 *   | queueId | minOffset | maxOffset | firstPhysicalOffset | lastPhysicalOffset | topic |
 *   | int32   | int64     | int64     | int64               | int64              | UTF-8 |
 */
export interface QueueRecord {
  readonly topic: string
  readonly queueId: number
  readonly minOffset: number
  /** Behind the last entry of the last run. */
  readonly maxOffset: number
  /** Where the records of the first and the last entry begin, or `NO_RECORD`. */
  readonly firstPhysicalOffset: number
  readonly lastPhysicalOffset: number
}

/** Stands for the record of a blank entry, and of none: before every record. */
export const NO_RECORD = -1

const TOPIC_AT = 36

export function encodeQueueRecord(record: QueueRecord): Buffer {
  const bytes = Buffer.alloc(TOPIC_AT + Buffer.byteLength(record.topic))
  bytes.writeInt32BE(record.queueId, 0)
  writeInt64(bytes, record.minOffset, 4)
  writeInt64(bytes, record.maxOffset, 12)
  writeInt64(bytes, record.firstPhysicalOffset, 20)
  writeInt64(bytes, record.lastPhysicalOffset, 28)
  bytes.write(record.topic, TOPIC_AT)
  return bytes
}

/** Throws CorruptDataError for an offset that cannot be, and where there is too little. */
export function decodeQueueRecord(bytes: Buffer): QueueRecord {
  if (bytes.length <= TOPIC_AT) throw new CorruptDataError(`a queue is said to be ${bytes.length} bytes`)
  return {
    queueId: bytes.readInt32BE(0),
    minOffset: readSafeInt64(bytes, 4),
    maxOffset: readSafeInt64(bytes, 12),
    firstPhysicalOffset: readInt64(bytes, 20),
    lastPhysicalOffset: readInt64(bytes, 28),
    topic: bytes.toString('utf8', TOPIC_AT),
  }
}

function allOf(kind: number): KeyRange {
  return { from: Buffer.from([kind]), until: Buffer.from([kind + 1]) }
}

function numberKey(kind: number, number: number, keyBytes: number): Buffer {
  const key = Buffer.alloc(keyBytes)
  key.writeUInt8(kind, 0)
  key.writeUInt32BE(number, 1)
  return key
}
