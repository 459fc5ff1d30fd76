import { readInt64 } from '@rocketmq-ts/base'
import { StoredMessageLayout } from '@rocketmq-ts/protocol'
import { checkRecord } from '../commit-log/check-record'
import { RECORD_HEAD_BYTES, isRecordOf, recordBytesOf, storeTimestampOf } from '../commit-log/record-fields'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import type { EntryToCheck } from '../consume-queue/consume-queue-store'
import { lightEntriesOf } from '../light-queues/light-entries'
import { isLightQueueName } from '../light-queues/light-queue-names'
import type { LogFile } from '../log-file/log-file'
import type { LogFileQueue } from '../log-file/log-file-queue'

/**
 * Where the records begin whose entries may be lost with a crash. With a checkpoint that says so and a good record
 * there, exactly there; else at the start of a file, as Java does: the newest one whose first record is old enough by
 * the checkpoint. Of records stored in the very millisecond that the checkpoint names some may be lost, so it has to be
 * older (Java takes it). However far back that is: Java stops ten files back (`commitLogRecoverMaxNum`), and a queue then
 * lacks what was stored before that and not yet written to it.
 * Source: store/CommitLog.java (recoverAbnormally, isMappedFileMatchedRecover)
 */
export function replayStart(
  files: LogFileQueue,
  checkpoint: Pick<StoreCheckpoint, 'logicsMsgTimestamp' | 'logicsPhysicalOffset'>,
): number {
  const { logicsPhysicalOffset, logicsMsgTimestamp } = checkpoint
  if (logicsPhysicalOffset > 0 && isRecordAt(files, logicsPhysicalOffset)) return logicsPhysicalOffset
  for (let index = files.count - 1; index > 0; index -= 1) {
    const file = files.at(index)
    if (file === null) continue
    const firstTimestamp = storeTimestampAt(files, file.startOffset)
    if (firstTimestamp === null) continue
    const isOldEnough =
      logicsPhysicalOffset > 0 ? file.startOffset <= logicsPhysicalOffset : firstTimestamp < logicsMsgTimestamp
    if (isOldEnough) return file.startOffset
  }
  return files.first?.startOffset ?? 0
}

/** True if a whole and good record begins at `offset`. */
export function isRecordAt(files: LogFileQueue, offset: number): boolean {
  const file = files.find(offset)
  if (file === null) return false
  const head = read(file, offset, RECORD_HEAD_BYTES)
  if (head === null || !isRecordOf(head, 0, offset)) return false
  const bytes = read(file, offset, recordBytesOf(head, 0))
  return bytes !== null && typeof checkRecord(bytes, offset, true) !== 'string'
}

/** False if the entry is stale: its record is another one. What is already deleted cannot be asked. */
export function pointsToRecord(files: LogFileQueue, entry: EntryToCheck): boolean {
  const { topic, physicalOffset, queueId, queueOffset } = entry
  if (physicalOffset < (files.first?.startOffset ?? 0)) return true
  const file = files.find(physicalOffset)
  const head = file === null ? null : read(file, physicalOffset, RECORD_HEAD_BYTES)
  if (file !== null && head !== null && isLightQueueName(topic)) return isInLightQueue(file, head, entry)
  return (
    head !== null &&
    isRecordOf(head, 0, physicalOffset) &&
    head.readInt32BE(StoredMessageLayout.queueIdAt) === queueId &&
    readInt64(head, StoredMessageLayout.queueOffsetAt) === queueOffset
  )
}

/** What a record says of the queues that it is in besides its own. */
function isInLightQueue(file: LogFile, head: Buffer, { topic, physicalOffset, queueOffset }: EntryToCheck): boolean {
  if (!isRecordOf(head, 0, physicalOffset)) return false
  const bytes = read(file, physicalOffset, recordBytesOf(head, 0))
  const record = bytes === null ? 'cut off' : checkRecord(bytes, physicalOffset, false)
  if (typeof record === 'string') return false
  return lightEntriesOf(record).some(entry => entry.queueName === topic && entry.queueOffset === queueOffset)
}

/** Null if no record begins there. */
export function storeTimestampAt(files: LogFileQueue, offset: number): number | null {
  const file = files.find(offset)
  const head = file === null ? null : read(file, offset, RECORD_HEAD_BYTES)
  return head !== null && isRecordOf(head, 0, offset) ? storeTimestampOf(head, 0) : null
}

function read(file: LogFile, offset: number, length: number): Buffer | null {
  if (length < RECORD_HEAD_BYTES || offset + length > file.endOffset) return null
  const bytes = Buffer.alloc(length)
  return file.readNow(bytes, 0, length, offset) === length ? bytes : null
}
