import { readInt64 } from '@rocketmq-ts/base'
import { BATCH_ENTRY_BYTES, readMessageCount } from '../consume-queue/batch-consume-queue-entry'
import { ENTRY_BYTES, isBlankEntry, isEntry, readMessageBytes } from '../consume-queue/consume-queue-entry'
import { bytesAt, fileAt } from './stored-file'
import type { StoredFile } from './stored-file'

/** Where an entry of a batch has its `baseOffset`. */
const BASE_OFFSET_AT = 28
const FIRST_LOOK_BYTES = 4096

export interface QueueCursorPlace {
  readonly topic: string
  readonly queueId: number
  readonly files: readonly StoredFile[]
  /** True for a BatchConsumeQueue. */
  readonly isBatch: boolean
}

/** Goes over the entries of a queue from front to back, a piece of a file in memory. Throws StorageError. */
export class QueueCursor {
  readonly topic: string
  readonly queueId: number
  readonly isBatch: boolean
  readonly files: readonly StoredFile[]
  /** The entry at hand, after `load` has said that there is one. */
  physicalOffset = 0
  messageBytes = 0
  tagsCode = 0
  queueOffset = 0
  isBlank = false
  /** True where nothing was written, within what was. */
  isEmpty = false
  /** What a scan has found so far. */
  matchedCount = 0
  blankCount = 0
  nowhereCount = 0
  firstMatchedOffset: number | null = null
  private readonly entryBytes: number
  /** In the stream of the queue's files. */
  private at = 0
  private endAt = 0
  private checkedAt = -1
  private buffer: Buffer | null = null
  private bufferAt = 0
  private bufferEndAt = 0

  constructor({ topic, queueId, files, isBatch }: QueueCursorPlace) {
    this.topic = topic
    this.queueId = queueId
    this.files = files
    this.isBatch = isBatch
    this.entryBytes = isBatch ? BATCH_ENTRY_BYTES : ENTRY_BYTES
  }

  get entryCount(): number {
    return (this.endAt - (this.files[0]?.startOffset ?? 0)) / this.entryBytes
  }

  /** Offset behind the newest entry. */
  get maxOffset(): number {
    if (!this.isBatch) return this.endAt / ENTRY_BYTES
    const last = this.entryCount > 0 ? this.entryAt(this.endAt - BATCH_ENTRY_BYTES) : null
    return last === null ? 0 : batchBaseOffset(last, 0) + readMessageCount(last, 0)
  }

  open(): void {
    this.at = this.files[0]?.startOffset ?? 0
    this.endAt = this.findEnd()
  }

  /** False behind the last entry. */
  load(windowBytes: number): boolean {
    if (this.at >= this.endAt) {
      this.buffer = null
      return false
    }
    if (this.at >= this.bufferEndAt && !this.fill(windowBytes)) return false
    const bytes = this.buffer as Buffer
    const at = this.at - this.bufferAt
    this.physicalOffset = readInt64(bytes, at)
    this.messageBytes = readMessageBytes(bytes, at)
    this.tagsCode = readInt64(bytes, at + 12)
    this.queueOffset = this.isBatch ? batchBaseOffset(bytes, at) : this.at / ENTRY_BYTES
    this.isEmpty = !isEntry(bytes, at)
    this.isBlank = isBlankEntry(bytes, at)
    return true
  }

  advance(): void {
    this.at += this.entryBytes
  }

  /** Asks `check` about the entry at hand once, however often the cursor comes back to it. */
  once(check: () => boolean): boolean {
    if (this.checkedAt !== this.at && check()) this.checkedAt = this.at
    return this.checkedAt === this.at
  }

  /** True if the queue leads to the record. The cursor stays where it is. */
  leadsTo({ physicalOffset, queueOffset }: { readonly physicalOffset: number; readonly queueOffset: number }): boolean {
    const startAt = this.files[0]?.startOffset ?? 0
    const isBefore = (entry: Buffer): boolean => readInt64(entry, 0) < physicalOffset
    const at = this.isBatch ? this.search(startAt, this.endAt, isBefore) : queueOffset * ENTRY_BYTES
    const entry = at < this.endAt ? this.entryAt(at) : null
    return entry !== null && readInt64(entry, 0) === physicalOffset
  }

  /** No more entries: they cannot be read. */
  end(): void {
    this.endAt = this.at
  }

  private fill(windowBytes: number): boolean {
    // Where a file is missing the entries go on in the next one.
    const file = fileAt(this.files, this.at) ?? this.files.find(({ startOffset }) => startOffset > this.at)
    if (file === undefined) return false
    this.at = Math.max(this.at, file.startOffset)
    const length = Math.min(
      windowBytes - (windowBytes % this.entryBytes),
      file.endOffset - this.at,
      this.endAt - this.at,
    )
    if (this.buffer === null || this.buffer.length < length) this.buffer = Buffer.allocUnsafeSlow(length)
    const readBytes = file.read(this.buffer, length, this.at)
    this.bufferAt = this.at
    this.bufferEndAt = this.at + readBytes - (readBytes % this.entryBytes)
    return this.bufferEndAt > this.at
  }

  /** Entries are written from the front: the first that is none is the end. One read is enough for a short queue. */
  private findEnd(): number {
    const isWritten = (file: StoredFile): boolean => {
      const entry = this.entryAt(file.startOffset)
      return entry !== null && isEntry(entry, 0)
    }
    const last = this.files.findLast(isWritten)
    if (last === undefined) return this.files[0]?.startOffset ?? 0
    const wholeBytes = last.sizeBytes - (last.sizeBytes % this.entryBytes)
    const length = Math.min(FIRST_LOOK_BYTES - (FIRST_LOOK_BYTES % this.entryBytes), wholeBytes)
    const first = bytesAt(this.files, last.startOffset, length)
    if (first === null) return last.startOffset
    let at = 0
    while (at < length && isEntry(first, at)) at += this.entryBytes
    if (at < length) return last.startOffset + at
    return this.search(last.startOffset + at, last.startOffset + wholeBytes, entry => isEntry(entry, 0))
  }

  /** The first place in from..until whose entry is not `isBefore`; those before it are. */
  private search(fromAt: number, untilAt: number, isBefore: (entry: Buffer) => boolean): number {
    let low = 0
    let high = Math.floor((untilAt - fromAt) / this.entryBytes)
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const entry = this.entryAt(fromAt + middle * this.entryBytes)
      if (entry !== null && isBefore(entry)) low = middle + 1
      else high = middle
    }
    return fromAt + low * this.entryBytes
  }

  private entryAt(at: number): Buffer | null {
    return bytesAt(this.files, at, this.entryBytes)
  }
}

/** As it stands there: unlike for who serves it, a wrong one is no reason to stop. */
function batchBaseOffset(bytes: Buffer, at: number): number {
  return readInt64(bytes, at + BASE_OFFSET_AT)
}
