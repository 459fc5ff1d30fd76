import { CorruptDataError, readInt64 } from '@rocketmq-ts/base'
import { BATCH_ENTRY_BYTES, readMessageCount } from '../consume-queue/batch-consume-queue-entry'
import { ENTRY_BYTES } from '../consume-queue/consume-queue-entry'
import type { EntryWindow } from '../consume-queue/entry-window'
import { lastOffsetOfKey, runsOf } from '../consume-queue-kv/queue-records'
import type { QueueRecord } from '../consume-queue-kv/queue-records'
import { recordOffsetAt } from '../consume-queue-kv/run-reader'
import type { KeyValue } from '../key-value/key-value-database'
import type { LevelReader } from '../level-files/level-reader'
import type { EntrySource } from './entry-source'
import { batchBaseOffset } from './queue-cursor'

export interface KvQueuePlace {
  readonly number: number
  readonly record: QueueRecord
  readonly isBatch: boolean
}

export interface KvEntriesDeps {
  readonly reader: Pick<LevelReader, 'pairs'>
  readonly onProblem: (text: string) => void
}

interface FoundRun {
  readonly entries: Buffer
  readonly firstOffset: number
  readonly endOffset: number
}

/** The entries of a queue in the database of all queues. */
export class KvEntries implements EntrySource {
  readonly maxOffset: number
  readonly fileCount = 0
  /** Who reads the database reads it as it is. */
  readonly isGone = false
  private readonly entryBytes: number
  private nextOffset: number
  private lastPhysicalOffset: number | null = null

  constructor(
    private readonly place: KvQueuePlace,
    private readonly deps: KvEntriesDeps,
  ) {
    this.maxOffset = place.record.maxOffset
    this.nextOffset = place.record.minOffset
    this.entryBytes = place.isBatch ? BATCH_ENTRY_BYTES : ENTRY_BYTES
  }

  get isEmpty(): boolean {
    return this.maxOffset === 0
  }

  next(windowBytes: number): EntryWindow | null {
    if (this.nextOffset >= this.maxOffset) return this.ended()
    const found: FoundRun[] = []
    let bytes = 0
    for (const run of this.runsFrom(this.nextOffset)) {
      const expected = found.at(-1)?.endOffset ?? this.nextOffset
      const isGap = run.firstOffset > expected && !this.place.isBatch
      if (isGap && found.length > 0) break
      if (isGap) this.miss(expected, run.firstOffset)
      found.push(this.part(run, Math.max(expected, run.firstOffset), Math.max(this.entryBytes, windowBytes - bytes)))
      bytes += found.at(-1)?.entries.length ?? 0
      if (bytes > windowBytes - this.entryBytes) break
    }
    const first = found[0]
    const endOffset = found.at(-1)?.endOffset ?? this.maxOffset
    if (first === undefined) this.miss(this.nextOffset, this.maxOffset)
    else if (endOffset <= this.nextOffset) throw new CorruptDataError(`${this.name} has entries that go back`)
    this.nextOffset = endOffset
    if (first === undefined) return null
    const entries = Buffer.concat(found.map(run => run.entries))
    this.lastPhysicalOffset = recordOffsetAt(entries, entries.length - this.entryBytes)
    return { bytes: entries, firstOffset: first.firstOffset, endOffset }
  }

  has({ physicalOffset, queueOffset }: { readonly physicalOffset: number; readonly queueOffset: number }): boolean {
    for (const run of this.runsFrom(queueOffset)) {
      if (run.firstOffset > queueOffset || queueOffset >= this.maxOffset) return false
      const { entries } = this.part(run, queueOffset, this.entryBytes)
      return readInt64(entries, 0) === physicalOffset
    }
    return false
  }

  private *runsFrom(queueOffset: number): IterableIterator<FoundRun> {
    const { number, record } = this.place
    for (const pair of this.deps.reader.pairs(runsOf(number, queueOffset))) {
      const run = this.runOf(pair)
      if (run.firstOffset >= record.maxOffset) return
      yield run
    }
  }

  private runOf({ key, value: entries }: KeyValue): FoundRun {
    const endOffset = lastOffsetOfKey(key) + 1
    const count = entries.length / this.entryBytes
    if (count === 0 || !Number.isInteger(count)) {
      throw new CorruptDataError(`${this.name} has a run of ${entries.length} bytes before ${endOffset}`)
    }
    return { entries, endOffset, firstOffset: this.place.isBatch ? batchBaseOffset(entries, 0) : endOffset - count }
  }

  /** From the entry with `queueOffset` on, about `bytesMax` of it. */
  private part({ entries, firstOffset, endOffset }: FoundRun, queueOffset: number, bytesMax: number): FoundRun {
    const { entryBytes } = this
    let at = 0
    while (at < entries.length && this.endOffsetAt(entries, at, firstOffset) <= queueOffset) at += entryBytes
    const part = entries.subarray(at, at + Math.floor(bytesMax / entryBytes) * entryBytes)
    const isRest = at + part.length === entries.length
    return {
      entries: part,
      firstOffset: this.place.isBatch ? queueOffset : firstOffset + at / entryBytes,
      endOffset: isRest ? endOffset : this.endOffsetAt(entries, at + part.length - entryBytes, firstOffset),
    }
  }

  private endOffsetAt(entries: Buffer, at: number, firstOffset: number): number {
    if (!this.place.isBatch) return firstOffset + at / ENTRY_BYTES + 1
    return batchBaseOffset(entries, at) + readMessageCount(entries, at)
  }

  /** What the queue says of its last entry has to be so. */
  private ended(): null {
    const { record } = this.place
    const { lastPhysicalOffset } = this
    this.lastPhysicalOffset = null
    if (lastPhysicalOffset !== null && lastPhysicalOffset !== record.lastPhysicalOffset) {
      const says = `says that its last entry leads to ${record.lastPhysicalOffset}`
      this.deps.onProblem(`${this.name} ${says}, and it leads to ${lastPhysicalOffset}`)
    }
    return null
  }

  private miss(fromOffset: number, untilOffset: number): void {
    this.deps.onProblem(`${this.name} lacks its entries from ${fromOffset} to ${untilOffset}`)
  }

  private get name(): string {
    return `${this.place.record.topic} queue ${this.place.record.queueId} in the database`
  }
}
