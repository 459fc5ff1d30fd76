import { readInt64 } from '@rocketmq-ts/base'
import { BATCH_ENTRY_BYTES, readMessageCount } from '../consume-queue/batch-consume-queue-entry'
import { ENTRY_BYTES, isEntry } from '../consume-queue/consume-queue-entry'
import type { EntryWindow } from '../consume-queue/entry-window'
import type { EntrySource } from './entry-source'
import { batchBaseOffset } from './queue-cursor'
import { bytesAt, fileAt } from './stored-file'
import type { StoredFile } from './stored-file'

const FIRST_LOOK_BYTES = 4096

/** The entries of a queue in Java's files. */
export class FileEntries implements EntrySource {
  private readonly entryBytes: number
  /** In the stream of the queue's files. */
  private at: number
  private readonly endAt: number
  private buffer: Buffer | null = null

  /** Finds where the queue ends: nothing that is written later counts. Throws StorageError. */
  constructor(
    private readonly files: readonly StoredFile[],
    private readonly isBatch: boolean,
  ) {
    this.entryBytes = isBatch ? BATCH_ENTRY_BYTES : ENTRY_BYTES
    this.at = this.startAt
    this.endAt = this.findEnd()
  }

  get fileCount(): number {
    return this.files.length
  }

  get isEmpty(): boolean {
    return this.files.length === 0
  }

  get isGone(): boolean {
    return this.files.some(file => file.isGone)
  }

  get maxOffset(): number {
    if (!this.isBatch) return this.endAt / ENTRY_BYTES
    const last = this.endAt > this.startAt ? this.entryAt(this.endAt - BATCH_ENTRY_BYTES) : null
    return last === null ? 0 : batchBaseOffset(last, 0) + readMessageCount(last, 0)
  }

  next(windowBytes: number): EntryWindow | null {
    // Where a file is missing the entries go on in the next one.
    const file = fileAt(this.files, this.at) ?? this.files.find(({ startOffset }) => startOffset > this.at)
    const at = Math.max(this.at, file?.startOffset ?? 0)
    if (file === undefined || at >= this.endAt) {
      this.buffer = null
      return null
    }
    const wholeBytes = windowBytes - (windowBytes % this.entryBytes)
    const length = Math.min(wholeBytes, file.endOffset - at, this.endAt - at)
    if (this.buffer === null || this.buffer.length < length) this.buffer = Buffer.allocUnsafeSlow(length)
    const readBytes = file.read(this.buffer, length, at)
    const bytes = this.buffer.subarray(0, readBytes - (readBytes % this.entryBytes))
    if (bytes.length === 0) return null
    this.at = at + bytes.length
    return { bytes, firstOffset: at / this.entryBytes, endOffset: this.at / this.entryBytes }
  }

  has({ physicalOffset, queueOffset }: { readonly physicalOffset: number; readonly queueOffset: number }): boolean {
    const isBefore = (entry: Buffer): boolean => readInt64(entry, 0) < physicalOffset
    const at = this.isBatch ? this.search(this.startAt, this.endAt, isBefore) : queueOffset * ENTRY_BYTES
    const entry = at < this.endAt ? this.entryAt(at) : null
    return entry !== null && readInt64(entry, 0) === physicalOffset
  }

  private get startAt(): number {
    return this.files[0]?.startOffset ?? 0
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
