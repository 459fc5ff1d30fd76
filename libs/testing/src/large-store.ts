import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import * as path from 'node:path'
import { encodeStoredMessage, storedMessageBytes } from '@rocketmq-ts/protocol'

/** What brokers have unless they are told otherwise. */
const LOG_FILE_BYTES = 1024 ** 3
const QUEUE_FILE_BYTES = 6_000_000
const ENTRY_BYTES = 20
const BLANK_BYTES = 8
const BLANK_MAGIC = -875_286_124
const CHECKPOINT_BYTES = 4096
const HOST = Buffer.from([127, 0, 0, 1, 0, 0, 0x2a, 0x9f])
const BODY = Buffer.alloc(4 * 1024 ** 2)
/** Fields before the body of a record with IPv4 hosts. */
const HEAD_BYTES = 88

export interface LargeStoreOptions {
  /** storePathRootDir, which does not exist yet. */
  readonly folder: string
  readonly topic: string
  /** Files of 1 GiB, each full of records. */
  readonly fileCount: number
  /** Records behind the one of which the checkpoint tells; null: there is no checkpoint. */
  readonly uncheckedCount: number | null
}

export interface LargeStore {
  readonly recordCount: number
  readonly recordBytes: number
  readonly endOffset: number
  /** The record of which the checkpoint tells. */
  readonly checkpointOffset: number | null
}

/**
 * Writes the store of a broker that was killed: a log full of valid records, all in queue 0 of the topic, in a moment and
 * with little real space. Each body is 4 MiB of zeros, which the file system keeps as a hole; what is read back has to be
 * checked as anything else.
 */
export function writeLargeStore({ folder, topic, fileCount, uncheckedCount }: LargeStoreOptions): LargeStore {
  const content = {
    ...{ topic, queueId: 0, flag: 0, sysFlag: 0, bornTimestamp: 1, bornHost: HOST, reconsumeTimes: 0 },
    ...{ preparedTransactionOffset: 0, body: BODY, properties: Buffer.alloc(0) },
  }
  const recordBytes = storedMessageBytes(content, HOST)
  const recordsPerFile = Math.floor((LOG_FILE_BYTES - BLANK_BYTES) / recordBytes)
  const recordCount = recordsPerFile * fileCount
  const offsetOf = (index: number): number =>
    Math.floor(index / recordsPerFile) * LOG_FILE_BYTES + (index % recordsPerFile) * recordBytes
  const record = encodeStoredMessage(content, { queueOffset: 0, physicalOffset: 0, storeTimestamp: 1, storeHost: HOST })

  mkdirSync(path.join(folder, 'commitlog'), { recursive: true })
  for (let fileIndex = 0; fileIndex < fileCount; fileIndex += 1) {
    const file = openSparse(path.join(folder, 'commitlog', nameOf(fileIndex * LOG_FILE_BYTES)), LOG_FILE_BYTES)
    for (let index = 0; index < recordsPerFile; index += 1) {
      const queueOffset = fileIndex * recordsPerFile + index
      record.writeBigInt64BE(BigInt(queueOffset), 20)
      record.writeBigInt64BE(BigInt(offsetOf(queueOffset)), 28)
      writeSync(file, record, 0, HEAD_BYTES, index * recordBytes)
      const tailAt = HEAD_BYTES + BODY.length
      writeSync(file, record, tailAt, recordBytes - tailAt, index * recordBytes + tailAt)
    }
    const usedBytes = recordsPerFile * recordBytes
    if (fileIndex < fileCount - 1) writeSync(file, blank(LOG_FILE_BYTES - usedBytes), 0, BLANK_BYTES, usedBytes)
    closeSync(file)
  }
  writeQueue(path.join(folder, 'consumequeue', topic, '0'), { recordCount, recordBytes, offsetOf })
  writeFileSync(path.join(folder, 'abort'), '1')
  const checkpointOffset = uncheckedCount === null ? null : offsetOf(recordCount - 1 - uncheckedCount)
  if (checkpointOffset !== null) writeCheckpoint(folder, checkpointOffset)
  return { recordCount, recordBytes, endOffset: offsetOf(recordCount - 1) + recordBytes, checkpointOffset }
}

interface QueueContent {
  readonly recordCount: number
  readonly recordBytes: number
  readonly offsetOf: (index: number) => number
}

function writeQueue(folder: string, { recordCount, recordBytes, offsetOf }: QueueContent): void {
  mkdirSync(folder, { recursive: true })
  const entries = Buffer.alloc(recordCount * ENTRY_BYTES)
  for (let index = 0; index < recordCount; index += 1) {
    entries.writeBigInt64BE(BigInt(offsetOf(index)), index * ENTRY_BYTES)
    entries.writeInt32BE(recordBytes, index * ENTRY_BYTES + 8)
  }
  const file = openSparse(path.join(folder, nameOf(0)), QUEUE_FILE_BYTES)
  writeSync(file, entries)
  closeSync(file)
}

function writeCheckpoint(folder: string, logicsPhysicalOffset: number): void {
  const checkpoint = Buffer.alloc(CHECKPOINT_BYTES)
  for (const at of [0, 8]) checkpoint.writeBigInt64BE(1n, at)
  checkpoint.writeBigInt64BE(BigInt(logicsPhysicalOffset), 40)
  writeFileSync(path.join(folder, 'checkpoint'), checkpoint)
}

function blank(restBytes: number): Buffer {
  const bytes = Buffer.alloc(BLANK_BYTES)
  bytes.writeInt32BE(restBytes)
  bytes.writeInt32BE(BLANK_MAGIC, 4)
  return bytes
}

function openSparse(file: string, sizeBytes: number): number {
  const opened = openSync(file, 'w')
  ftruncateSync(opened, sizeBytes)
  return opened
}

function nameOf(offset: number): string {
  return String(offset).padStart(20, '0')
}
