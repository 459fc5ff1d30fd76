import { BLANK_MESSAGE_BYTES } from '../consume-queue/consume-queue-entry'
import { GAP_ENTRY_COUNT_MAX } from '../consume-queue/consume-queue-store'
import type { ConsumeQueue, EntryRange } from '../consume-queue/consume-queue-store'
import type { TailBudget } from '../consume-queue/entry-tail'
import type { EntryWindow } from '../consume-queue/entry-window'
import type { KeyValueBatch } from '../key-value/key-value-database'
import { entriesFrom } from './entry-kind'
import type { EntryKind } from './entry-kind'
import { KvTail, rangeInWindow, rangeOf } from './kv-tail'
import { NO_RECORD, encodeQueueRecord, queueKey, runKey } from './queue-records'
import type { QueueRecord } from './queue-records'
import { firstOffsetFrom, physicalOffsetAt } from './queue-search'
import { recordOffsetAt } from './run-reader'
import type { RunReader } from './run-reader'

/** The same for all queues: there may be very many. */
export interface KvConsumeQueueDeps {
  readonly budget: TailBudget
  readonly runs: RunReader
  /** Told when the queue has something that the database lacks. */
  readonly onDirty: (queue: KvConsumeQueue) => void
  /** Told when more entries wait for the database than there is memory for. */
  readonly onCrowded: () => void
  /** Told when entries were read from the disk into memory. */
  readonly onReadAhead: (queue: KvConsumeQueue) => void
  /** The queue begins anew: what the database has under its number goes. Returns its new number. */
  readonly onRestart: (queue: KvConsumeQueue) => number
}

/** A ConsumeQueue whose newest entries are in memory and the others in the database of all queues. */
export class KvConsumeQueue implements ConsumeQueue {
  minOffset = 0
  maxOffset = 0
  nextOffset = 0
  /** The database has the entries before it. */
  writtenOffset = 0
  /** Where the records of the first and last entry begin that the database has, as `recordOffsetAt` says. */
  private firstWritten = NO_RECORD
  private lastWritten = NO_RECORD
  /** True if it waits for the next write. */
  isDirty = false
  /** True when its topic is deleted. */
  isGone = false
  private readAhead: EntryWindow | null = null
  private readonly tail: KvTail

  constructor(
    readonly topic: string,
    readonly queueId: number,
    public number: number,
    readonly kind: EntryKind,
    private readonly deps: KvConsumeQueueDeps,
  ) {
    this.tail = new KvTail(kind, deps.budget)
  }

  get isOfBatches(): boolean {
    return this.kind.isOfBatches
  }

  /** As the database says it is. */
  restore(record: QueueRecord): void {
    this.beginAt(record.maxOffset)
    this.minOffset = record.minOffset
    this.firstWritten = record.firstPhysicalOffset
    this.lastWritten = record.lastPhysicalOffset
  }

  append(
    physicalOffset: number,
    messageBytes: number,
    tagsCode: number,
    storeTimestamp: number,
    messageCount: number,
  ): void {
    if (!this.tail.hasRoom()) this.makeRoom()
    this.tail.append(physicalOffset, messageBytes, tagsCode)
    if (this.kind.isOfBatches) this.tail.completeBatch(this.nextOffset, storeTimestamp, messageCount)
    this.nextOffset += this.kind.isOfBatches ? messageCount : 1
  }

  /** An entry is seen as a whole: with it all its messages. */
  publish(queueOffset: number): void {
    const { kind, tail } = this
    this.maxOffset = kind.isOfBatches ? kind.endOffset(tail, kind.indexOf(tail, queueOffset - 1)) : queueOffset
    this.markDirty()
  }

  rollback(queueOffset: number): void {
    this.tail.rollback(queueOffset)
    this.nextOffset = queueOffset
  }

  /** A gap in the queue offsets of batches needs no blanks: each entry says its own. */
  replay(
    queueOffset: number,
    physicalOffset: number,
    messageBytes: number,
    tagsCode: number,
    storeTimestamp: number,
    messageCount: number,
  ): void {
    if (physicalOffset <= this.newestRecord() || (queueOffset > 0 && queueOffset < this.nextOffset)) return
    if (queueOffset < this.nextOffset) this.number = this.deps.onRestart(this)
    if (queueOffset < this.nextOffset || this.nextOffset === this.minOffset) this.beginAt(queueOffset)
    if (this.kind.isOfBatches) this.nextOffset = queueOffset
    else if (queueOffset - this.nextOffset <= GAP_ENTRY_COUNT_MAX) {
      while (this.nextOffset < queueOffset) this.append(0, BLANK_MESSAGE_BYTES, 0, 0, 1)
    }
    this.append(physicalOffset, messageBytes, tagsCode, storeTimestamp, messageCount)
    this.publish(this.nextOffset)
  }

  entriesInMemory(queueOffset: number): EntryRange | null {
    const { kind, maxOffset, readAhead, tail } = this
    if (queueOffset >= tail.firstOffset) return rangeOf(tail, kind, { queueOffset, endOffset: maxOffset })
    return readAhead === null ? null : rangeInWindow(readAhead, kind, queueOffset)
  }

  async readEntries(queueOffset: number): Promise<EntryRange | null> {
    if (queueOffset < this.minOffset || queueOffset >= this.writtenOffset) return null
    const window = await this.deps.runs.read(this, queueOffset, this.writtenOffset)
    if (window === null) return null
    this.readAhead = window
    this.deps.onReadAhead(this)
    return rangeInWindow(window, this.kind, queueOffset)
  }

  forgetReadAhead(): void {
    this.readAhead = null
  }

  physicalOffsetNow(queueOffset: number): number | null {
    if (queueOffset < this.minOffset || queueOffset >= this.maxOffset) return null
    const range = this.entriesInMemory(queueOffset)
    return range === null ? this.firstWritten : recordOffsetAt(range.bytes, range.at)
  }

  /** There are no files to skip: the next entry is the next to try. */
  nextFileOffset(queueOffset: number): number {
    return queueOffset + 1
  }

  lastPhysicalOffset(): number | null {
    const last = this.maxOffset > this.minOffset ? this.newestRecord() : NO_RECORD
    return last === NO_RECORD ? null : last
  }

  /**
   * Puts the entries that the database lacks into the batch, as far as one run goes, and what the queue is with them.
   * Returns the offset behind them: `written` is told of it when the batch is written.
   */
  stage(batch: KeyValueBatch, fromOffset: number): number {
    const { kind, topic, queueId, minOffset } = this
    const untilOffset = this.tail.runEnd(fromOffset, this.maxOffset)
    let { firstWritten: firstPhysicalOffset, lastWritten: lastPhysicalOffset } = this
    if (untilOffset > fromOffset) {
      const entries = this.tail.entries(fromOffset, untilOffset)
      batch.put(runKey(this.number, untilOffset - 1), entries)
      lastPhysicalOffset = recordOffsetAt(entries, entries.length - kind.entryBytes)
      if (fromOffset <= minOffset && minOffset < untilOffset) {
        const run = entriesFrom(kind, entries, fromOffset)
        firstPhysicalOffset = recordOffsetAt(entries, kind.indexOf(run, minOffset) * kind.entryBytes)
      }
    }
    const record = { topic, queueId, minOffset, maxOffset: untilOffset, firstPhysicalOffset, lastPhysicalOffset }
    batch.put(queueKey(this.number, kind.isOfBatches), encodeQueueRecord(record))
    this.firstWritten = firstPhysicalOffset
    this.lastWritten = lastPhysicalOffset
    return untilOffset
  }

  /** Entries that point before `physicalOffset` are no longer served. Resolves to true if there were any. */
  async correctMinOffset(physicalOffset: number): Promise<boolean> {
    if (this.minOffset === this.maxOffset || this.oldestRecord() >= physicalOffset) return false
    const { runs } = this.deps
    const minOffset = await firstOffsetFrom(this, physicalOffset, runs)
    const firstWritten = minOffset < this.maxOffset ? await physicalOffsetAt(this, minOffset, runs) : NO_RECORD
    if (this.isGone) return false
    this.minOffset = minOffset
    this.firstWritten = firstWritten
    this.markDirty()
    return true
  }

  /** The queue ends with the entries that the database is left with, the last of which points to `lastPhysicalOffset`. */
  cutAt(endOffset: number, lastPhysicalOffset: number): void {
    const { minOffset, firstWritten } = this
    this.beginAt(endOffset)
    this.minOffset = Math.min(minOffset, endOffset)
    this.lastWritten = lastPhysicalOffset
    this.firstWritten = this.minOffset < endOffset ? firstWritten : NO_RECORD
  }

  /** Gives the memory of the tail back, if the database has all of it. */
  forgetTail(): void {
    if (this.writtenOffset === this.nextOffset) this.tail.clear(this.nextOffset)
  }

  /** Its topic is deleted: whoever still has it finds nothing. */
  end(): void {
    this.isGone = true
    this.readAhead = null
    this.beginAt(0)
  }

  /** Of the first entry that is served. */
  private oldestRecord(): number {
    return this.minOffset < this.writtenOffset
      ? this.firstWritten
      : (this.physicalOffsetNow(this.minOffset) ?? NO_RECORD)
  }

  /** Of the newest entry, whether it is still served or not. */
  private newestRecord(): number {
    const isInMemory = this.maxOffset > this.writtenOffset
    return isInMemory ? (this.physicalOffsetNow(this.maxOffset - 1) ?? NO_RECORD) : this.lastWritten
  }

  private markDirty(): void {
    if (this.isDirty || this.isGone) return
    this.isDirty = true
    this.deps.onDirty(this)
  }

  /** An empty queue: its next message is `queueOffset`. */
  private beginAt(queueOffset: number): void {
    this.minOffset = queueOffset
    this.maxOffset = queueOffset
    this.nextOffset = queueOffset
    this.writtenOffset = queueOffset
    this.firstWritten = NO_RECORD
    this.lastWritten = NO_RECORD
    this.readAhead = null
    this.tail.clear(queueOffset)
  }

  /** Room for one more entry: more memory, or the memory of entries that the database has. */
  private makeRoom(): void {
    if (this.tail.grow(false) || this.tail.forgetHalf(this.writtenOffset)) return
    this.tail.grow(true)
    this.deps.onCrowded()
  }
}
