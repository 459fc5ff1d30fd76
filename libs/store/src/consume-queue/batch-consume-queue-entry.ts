import { readInt64, readSafeInt64, writeInt64 } from '@rocketmq-ts/base'
import { ENTRY_BYTES } from './consume-queue-entry'

/**
 * From several queue positions to the one record that holds their messages. 46 bytes, big-endian, the first 20 of them
 * as in an entry of a ConsumeQueue.
 *
 *   0                8              12         20               28           36             38                42
 *   | physicalOffset | messageBytes | tagsCode | storeTimestamp | baseOffset | messageCount | compactedOffset | reserved |
 *   | int64          | int32        | int64    | int64          | int64      | int16        | int32: -1       | int32: 0 |
 *
 * `baseOffset` is the queue offset of the first message. Source: store/queue/BatchConsumeQueue.java
 */
export const BATCH_ENTRY_BYTES = 46

/** More messages in one record do not fit their count. */
export const BATCH_MESSAGE_COUNT_MAX = 0x7fff

const STORE_TIMESTAMP_AT = ENTRY_BYTES
const BASE_OFFSET_AT = 28
const MESSAGE_COUNT_AT = 36
const COMPACTED_OFFSET_AT = 38
const RESERVED_AT = 42

export interface BatchEntryRest {
  readonly storeTimestamp: number
  readonly baseOffset: number
  readonly messageCount: number
}

/** Writes what follows the first 20 bytes. */
export function writeBatchEntryRest(entry: Buffer, { storeTimestamp, baseOffset, messageCount }: BatchEntryRest): void {
  writeInt64(entry, storeTimestamp, STORE_TIMESTAMP_AT)
  writeInt64(entry, baseOffset, BASE_OFFSET_AT)
  entry.writeInt16BE(messageCount, MESSAGE_COUNT_AT)
  entry.writeInt32BE(-1, COMPACTED_OFFSET_AT)
  entry.writeInt32BE(0, RESERVED_AT)
}

export function readStoreTimestamp(bytes: Buffer, at: number): number {
  return readInt64(bytes, at + STORE_TIMESTAMP_AT)
}

/** Queue offset of the first message. */
export function readBaseOffset(bytes: Buffer, at: number): number {
  return readSafeInt64(bytes, at + BASE_OFFSET_AT)
}

export function readMessageCount(bytes: Buffer, at: number): number {
  return bytes.readInt16BE(at + MESSAGE_COUNT_AT)
}

/** Queue offset behind the last message. */
export function readEndOffset(bytes: Buffer, at: number): number {
  return readBaseOffset(bytes, at) + readMessageCount(bytes, at)
}
