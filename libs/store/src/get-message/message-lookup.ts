import { checkRecord } from '../commit-log/check-record'
import type { CommitLog } from '../commit-log/commit-log'
import { RECORD_HEAD_BYTES, isRecordOf, recordBytesOf, storeTimestampOf } from '../commit-log/record-fields'
import { readBaseOffset } from '../consume-queue/batch-consume-queue-entry'
import { isBlankEntry, readPhysicalOffset } from '../consume-queue/consume-queue-entry'
import type { ConsumeQueue } from '../consume-queue/consume-queue-store'
import type { OffsetBoundary } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'

/** Most records fit one read. */
const FIRST_READ_BYTES = 4096

/** Answers questions about single messages: by physical offset, by queue offset, by time. */
export class MessageLookup {
  constructor(
    private readonly config: Pick<MessageStoreConfig, 'checkCRCOnColdRead'>,
    private readonly commitLog: CommitLog,
  ) {}

  /** The record that begins at `physicalOffset` as the caller's own, or null if none begins there. */
  async readRecord(physicalOffset: number): Promise<Buffer | null> {
    const checksCrc = this.config.checkCRCOnColdRead && this.commitLog.segmentAt(physicalOffset) === null
    const record = await this.wholeRecord(physicalOffset)
    if (record === null || !checksCrc) return record
    return typeof checkRecord(record, physicalOffset, true) === 'string' ? null : record
  }

  /** Borrowed; null if the hot tail does not have all of it. */
  recordInMemory(physicalOffset: number, recordBytes: number): Buffer | null {
    const segment = this.commitLog.segmentAt(physicalOffset)
    if (segment === null) return null
    const at = physicalOffset - segment.startOffset
    return at + recordBytes <= segment.usedBytes ? segment.bytes.subarray(at, at + recordBytes) : null
  }

  /** Null if there is no such message. */
  async storeTimestampOf(queue: ConsumeQueue, queueOffset: number): Promise<number | null> {
    const physicalOffset = await this.physicalOffsetOf(queue, queueOffset)
    return physicalOffset === null ? null : this.storeTimestampAt(physicalOffset)
  }

  async storeTimestampAt(physicalOffset: number): Promise<number | null> {
    const head = await this.read(physicalOffset, RECORD_HEAD_BYTES)
    if (head === null || head.length < RECORD_HEAD_BYTES || !isRecordOf(head, 0, physicalOffset)) return null
    return storeTimestampOf(head, 0)
  }

  /** Null if there is no such message. */
  async physicalOffsetOf(queue: ConsumeQueue, queueOffset: number): Promise<number | null> {
    if (queueOffset < queue.minOffset || queueOffset >= queue.maxOffset) return null
    const range = queue.entriesInMemory(queueOffset) ?? (await queue.readEntries(queueOffset))
    if (range === null || isBlankEntry(range.bytes, range.at)) return null
    return readPhysicalOffset(range.bytes, range.at)
  }

  /**
   * LOWER: the first message stored at `timestamp` or later, maxOffset if all are older. UPPER: the last one stored at
   * `timestamp` or before, minOffset if all are newer. Store times never go back, so the half is told at each step.
   * Source: store/ConsumeQueue.java (getOffsetInQueueByTime), store/queue/ConsumeQueueStore.java
   */
  async offsetByTime(queue: ConsumeQueue, timestamp: number, boundary: OffsetBoundary): Promise<number> {
    const { minOffset, maxOffset } = queue
    let low = minOffset
    let high = maxOffset
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const storeTimestamp = (await this.storeTimestampOf(queue, middle)) ?? -1
      if (boundary === 'LOWER' ? storeTimestamp < timestamp : storeTimestamp <= timestamp) low = middle + 1
      else high = middle
    }
    return boundary === 'LOWER' ? low : this.firstOfBatch(queue, Math.max(minOffset, low - 1))
  }

  /** The messages of a batch are stored together, and found by its first one. */
  private async firstOfBatch(queue: ConsumeQueue, queueOffset: number): Promise<number> {
    if (queue.isOfBatches !== true) return queueOffset
    const range = queue.entriesInMemory(queueOffset) ?? (await queue.readEntries(queueOffset))
    return range === null ? queueOffset : readBaseOffset(range.bytes, range.at)
  }

  private async wholeRecord(physicalOffset: number): Promise<Buffer | null> {
    const head = await this.read(physicalOffset, FIRST_READ_BYTES)
    if (head === null || head.length < RECORD_HEAD_BYTES || !isRecordOf(head, 0, physicalOffset)) return null
    const recordBytes = recordBytesOf(head, 0)
    if (recordBytes <= head.length) return head.subarray(0, recordBytes)
    const record = await this.read(physicalOffset, recordBytes)
    return record?.length === recordBytes ? record : null
  }

  /** Up to `length` bytes from `offset` on, as the caller's own, as far as the log and the file go. */
  private async read(offset: number, length: number): Promise<Buffer | null> {
    const { commitLog } = this
    const endOffset = Math.min(offset + length, commitLog.writtenOffset, commitLog.nextFileOffset(offset))
    if (offset < commitLog.minOffset || endOffset <= offset) return null
    const segment = commitLog.segmentAt(offset)
    if (segment === null) return commitLog.read(offset, endOffset - offset)
    const at = offset - segment.startOffset
    return Buffer.from(segment.bytes.subarray(at, Math.min(at + endOffset - offset, segment.usedBytes)))
  }
}
