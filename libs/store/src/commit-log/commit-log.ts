import { CorruptDataError } from '@rocketmq-ts/base'
import { StoredMessageMagic } from '@rocketmq-ts/protocol'
import type { LogFile } from '../log-file/log-file'
import type { LogFileQueue } from '../log-file/log-file-queue'
import { readFully } from '../log-file/read-fully'
import type { HotTail } from './hot-tail'
import type { TailSegment } from './tail-segment'

/** Every full file ends with at least this much: its length and a magic that says that no record follows. */
export const BLANK_BYTES = 8
const PROBE_BYTES = 4096

/**
 * The log of all messages of all topics: records one after the other in files of one size; none straddles two files.
 *
 *   | file 0: record, record, …, blank | file 1: record, …               zeros |
 *   ^ minOffset                           writtenOffset ^     ^ appendOffset
 *
 * A record is placed in memory by `reserve`, an encoder, and `advance`; nothing may be awaited in between: with one
 * thread, that is the lock. `write` gives all that was placed to the page cache, and only then may it be seen.
 * Source: store/CommitLog.java
 */
export class CommitLog {
  /** Where the next record goes. */
  appendOffset = 0
  /** End of what the page cache has, and so of what a reader may see. */
  writtenOffset = 0
  private file: LogFile | null = null
  private unwritten: TailSegment[] = []
  /** The file may hold bytes behind `writtenOffset`, of a write that failed half-way. */
  private isTailDirty = false

  constructor(
    private readonly files: LogFileQueue,
    private readonly tail: HotTail,
  ) {}

  get minOffset(): number {
    return this.files.first?.startOffset ?? 0
  }

  /** The log ends at `offset`, as recovery found. */
  beginAt(offset: number): void {
    this.files.truncate(offset)
    this.file = this.files.find(offset)
    this.appendOffset = offset
    this.writtenOffset = offset
  }

  /** Room for one record at `appendOffset`: behind `usedBytes` of the segment. Throws StorageError. */
  reserve(recordBytes: number): TailSegment {
    let { file } = this
    if (file === null || this.appendOffset + recordBytes + BLANK_BYTES > file.endOffset) file = this.roll()
    const segment = this.tail.segmentFor(file, this.appendOffset, recordBytes + BLANK_BYTES)
    if (segment.writtenBytes === segment.usedBytes) this.unwritten.push(segment)
    return segment
  }

  /** The record is placed. */
  advance(segment: TailSegment, recordBytes: number): void {
    segment.usedBytes += recordBytes
    this.appendOffset += recordBytes
  }

  /** Gives all that was placed to the page cache: one call to the system, as a rule. Throws StorageError. */
  write(): void {
    if (this.isTailDirty) this.clearTail()
    for (const segment of this.unwritten) {
      const { bytes, writtenBytes, usedBytes } = segment
      segment.file.write(bytes.subarray(writtenBytes, usedBytes), segment.startOffset + writtenBytes)
      segment.writtenBytes = usedBytes
    }
    this.unwritten.length = 0
    this.writtenOffset = this.appendOffset
  }

  /** Forgets what was placed and not written. */
  rollback(): void {
    this.isTailDirty = true
    this.unwritten.length = 0
    this.tail.truncate(this.writtenOffset)
    this.appendOffset = this.writtenOffset
    this.file = this.files.find(this.writtenOffset)
  }

  /** The segment that holds a record at `offset`, or null: then the disk has it. */
  segmentAt(offset: number): TailSegment | null {
    return this.tail.find(offset)
  }

  /** The bytes from `offset` on as the caller's own; null if their file is gone. Throws StorageError. */
  async read(offset: number, length: number): Promise<Buffer | null> {
    const bytes = Buffer.allocUnsafeSlow(length)
    return (await this.readInto(bytes, offset)) ? bytes : null
  }

  /** False if the file is gone. Throws StorageError. */
  async readInto(bytes: Buffer, offset: number): Promise<boolean> {
    const file = this.files.find(offset)
    if (file === null) return false
    if (offset + bytes.length > file.endOffset) throw new CorruptDataError(`a record at ${offset} leaves its file`)
    await readFully(file, bytes, offset)
    return true
  }

  /** Start of the file behind the one that holds `offset`. */
  nextFileOffset(offset: number): number {
    return offset - (offset % this.files.fileBytes) + this.files.fileBytes
  }

  /** Resolves when the bytes from..until would survive a loss of power. */
  async datasync(fromOffset: number, untilOffset: number): Promise<void> {
    for (let offset = fromOffset; offset < untilOffset; offset = this.nextFileOffset(offset)) {
      await this.files.find(offset)?.datasync()
    }
    this.files.syncFolders()
  }

  /** Makes the next file before it is needed. */
  prepareNextFile(): void {
    const { last } = this.files
    if (last !== null && this.appendOffset > (last.startOffset + last.endOffset) / 2)
      this.files.findOrCreate(last.endOffset)
  }

  /** Takes the files away that were made in advance and hold nothing. */
  dropPreparedFiles(): void {
    this.files.removeFrom(this.writtenOffset)
  }

  close(): void {
    this.files.close()
    this.tail.clear()
  }

  /** Closes the file with a blank and goes on in the next one. */
  private roll(): LogFile {
    const { file } = this
    const next = this.files.findOrCreate(file?.endOffset ?? this.appendOffset)
    if (file !== null && this.appendOffset < file.endOffset) this.writeBlank(file)
    this.file = next
    return next
  }

  private writeBlank(file: LogFile): void {
    const segment = this.tail.segmentFor(file, this.appendOffset, BLANK_BYTES)
    if (segment.writtenBytes === segment.usedBytes) this.unwritten.push(segment)
    segment.bytes.writeInt32BE(file.endOffset - this.appendOffset, segment.usedBytes)
    segment.bytes.writeInt32BE(StoredMessageMagic.BLANK, segment.usedBytes + 4)
    segment.usedBytes += BLANK_BYTES
    this.appendOffset = file.endOffset
  }

  /** Tries whether the disk takes bytes again, where the next ones will go. Throws StorageError. */
  probe(): void {
    this.clearTail()
    this.prepareNextFile()
    const file = this.files.find(this.writtenOffset) ?? this.files.findOrCreate(this.writtenOffset)
    file.write(Buffer.alloc(Math.min(PROBE_BYTES, file.endOffset - this.writtenOffset)), this.writtenOffset)
    file.clearFrom(this.writtenOffset)
  }

  private clearTail(): void {
    this.files.find(this.writtenOffset)?.clearFrom(this.writtenOffset)
    this.isTailDirty = false
  }
}
