import { CorruptDataError } from '@rocketmq-ts/base'
import { BATCH_ENTRY_BYTES, readBaseOffset, readEndOffset, writeBatchEntryRest } from './batch-consume-queue-entry'
import type { ConsumeQueue, ConsumeQueueLoad, EntryRange, EntryToCheck } from './consume-queue-store'
import type { FileConsumeQueue } from './file-consume-queue'

/**
 * The queue of a topic with `queue.type=BatchCQ`: an entry stands for all messages of its record, and so has a number of
 * its own. The entries are kept by a queue that counts them; here is told which entry a queue offset is in.
 *
 *   entries          | 0           | 1   | 2       |
 *   queue offsets    | 0   1   2   | 3   | 4   5   | nextOffset
 *
 * Source: store/queue/BatchConsumeQueue.java
 */
export class BatchConsumeQueue implements ConsumeQueue {
  readonly isOfBatches = true
  readonly topic: string
  readonly queueId: number
  minOffset = 0
  maxOffset = 0
  nextOffset = 0
  /** The entry at which the last read from the disk began. */
  private readEntry = 0

  constructor(readonly entries: FileConsumeQueue) {
    this.topic = entries.topic
    this.queueId = entries.queueId
  }

  append(
    physicalOffset: number,
    messageBytes: number,
    tagsCode: number,
    storeTimestamp: number,
    messageCount: number,
  ): void {
    this.entries.append(physicalOffset, messageBytes, tagsCode)
    writeBatchEntryRest(this.entries.newestEntry(), { storeTimestamp, baseOffset: this.nextOffset, messageCount })
    this.nextOffset += messageCount
  }

  /** An entry is seen as a whole: with it all its messages. */
  publish(queueOffset: number): void {
    const { entries } = this
    let entry = entries.maxOffset
    while (entry < entries.nextOffset && this.baseOffsetOf(entry) < queueOffset) entry += 1
    entries.publish(entry)
    this.maxOffset = entry === entries.nextOffset ? this.nextOffset : this.baseOffsetOf(entry)
  }

  rollback(queueOffset: number): void {
    const { entries } = this
    let entry = entries.nextOffset
    while (entry > entries.maxOffset && this.baseOffsetOf(entry - 1) >= queueOffset) entry -= 1
    entries.rollback(entry)
    this.nextOffset = queueOffset
  }

  /** A gap in the queue offsets needs no blanks: each entry says its own. */
  replay(
    queueOffset: number,
    physicalOffset: number,
    messageBytes: number,
    tagsCode: number,
    storeTimestamp: number,
    messageCount: number,
  ): void {
    const { entries } = this
    const lastPhysicalOffset = this.lastPhysicalOffset()
    if (lastPhysicalOffset !== null && physicalOffset <= lastPhysicalOffset) return
    if (queueOffset < this.nextOffset) {
      if (queueOffset > 0) return
      entries.startOver(0) // The topic was deleted and made again.
    }
    if (entries.maxOffset === entries.minOffset) this.minOffset = queueOffset
    this.nextOffset = queueOffset
    this.append(physicalOffset, messageBytes, tagsCode, storeTimestamp, messageCount)
    this.publish(this.nextOffset)
  }

  entriesInMemory(queueOffset: number): EntryRange | null {
    const { entries } = this
    const newest = entries.entriesInMemory(Math.max(entries.firstOffsetInTail, entries.minOffset))
    return rangeFrom(newest, queueOffset) ?? rangeFrom(entries.entriesInMemory(this.readEntry), queueOffset)
  }

  async readEntries(queueOffset: number): Promise<EntryRange | null> {
    const entry = this.entryWith(queueOffset)
    const range = await this.entries.readEntries(entry)
    if (range === null) return null
    this.readEntry = entry
    return { ...range, isOfBatches: true }
  }

  physicalOffsetNow(queueOffset: number): number | null {
    const isThere = queueOffset >= this.minOffset && queueOffset < this.maxOffset
    return isThere ? this.entries.physicalOffsetNow(this.entryWith(queueOffset)) : null
  }

  nextFileOffset(queueOffset: number): number {
    const { entries } = this
    const entry = entries.nextFileOffset(this.entryWith(queueOffset))
    return entry < entries.maxOffset ? this.baseOffsetOf(entry) : this.maxOffset
  }

  load(how: ConsumeQueueLoad): void {
    const isRight = (entry: EntryToCheck): boolean => {
      return how.isRight({ ...entry, queueOffset: this.baseOffsetOf(entry.queueOffset) })
    }
    const { entries } = this
    entries.load({ ...how, isRight })
    if (entries.maxOffset === entries.minOffset) return
    this.minOffset = this.baseOffsetOf(entries.minOffset)
    this.maxOffset = this.nextOffset = readEndOffset(this.entry(entries.maxOffset - 1), 0)
  }

  truncate(physicalOffset: number): void {
    const { entries } = this
    entries.truncate(physicalOffset)
    const isEmpty = entries.maxOffset === entries.minOffset
    this.maxOffset = isEmpty ? this.minOffset : readEndOffset(this.entry(entries.maxOffset - 1), 0)
    this.nextOffset = this.maxOffset
  }

  correctMinOffset(physicalOffset: number): void {
    const { entries } = this
    entries.correctMinOffset(physicalOffset)
    this.minOffset = entries.minOffset < entries.maxOffset ? this.baseOffsetOf(entries.minOffset) : this.maxOffset
  }

  deleteExpiredFiles(): number {
    return this.entries.deleteExpiredFiles()
  }

  lastPhysicalOffset(): number | null {
    return this.entries.lastPhysicalOffset()
  }

  forgetTail(): void {
    this.entries.forgetTail()
  }

  destroy(): void {
    this.entries.destroy()
    this.minOffset = this.maxOffset = this.nextOffset = 0
  }

  close(): void {
    this.entries.close()
  }

  /** The entry that holds `queueOffset`, or the one behind the gap that it is in. */
  private entryWith(queueOffset: number): number {
    return this.entries.search(entry => readEndOffset(entry, 0) <= queueOffset)
  }

  private baseOffsetOf(entry: number): number {
    return readBaseOffset(this.entry(entry), 0)
  }

  private entry(entry: number): Buffer {
    const bytes = this.entries.entryAt(entry)
    if (bytes === null) throw new CorruptDataError(`entry ${entry} of ${this.topic}/${this.queueId} is gone`)
    return bytes
  }
}

/** The part of `range` that begins with the entry that holds `queueOffset`; null if that is not in it. */
function rangeFrom(range: EntryRange | null, queueOffset: number): EntryRange | null {
  if (range === null || range.entryCount <= 0 || readBaseOffset(range.bytes, range.at) > queueOffset) return null
  let low = 0
  let high = range.entryCount
  while (low < high) {
    const middle = (low + high) >> 1
    if (readEndOffset(range.bytes, range.at + middle * BATCH_ENTRY_BYTES) <= queueOffset) low = middle + 1
    else high = middle
  }
  if (low === range.entryCount) return null
  const at = range.at + low * BATCH_ENTRY_BYTES
  return { bytes: range.bytes, at, entryCount: range.entryCount - low, isOfBatches: true }
}
