import { BLANK_MESSAGE_BYTES, isBlankEntry, isEntry, readPhysicalOffset } from './consume-queue-entry'
import { GAP_ENTRY_COUNT_MAX } from './consume-queue-store'
import type { ConsumeQueue, ConsumeQueueLoad, EntryRange, EntryToCheck } from './consume-queue-store'
import type { ConsumeQueueExt } from './consume-queue-ext'
import { EntryFiles, type EntryFilesDeps } from './entry-files'
import { EntryTail, type TailBudget } from './entry-tail'
import { rangeInWindow, type EntryWindow } from './entry-window'
import { searchEntries } from './search-entries'

/** Entries that one read from the disk brings along, for the reads that follow. */
const READ_AHEAD_COUNT = 3276

export interface FileConsumeQueueDeps extends EntryFilesDeps {
  readonly budget: TailBudget
  /** Told when the queue has entries that its files lack. */
  readonly onDirty: (queue: FileConsumeQueue) => void
  /** Told when entries were read from the disk into memory. */
  readonly onReadAhead: (queue: FileConsumeQueue) => void
  /** Told when the files did not take entries; they stay in memory. */
  readonly onWriteFailed: (error: Error) => void
}

/** A ConsumeQueue in Java's files. Source: store/ConsumeQueue.java */
export class FileConsumeQueue implements ConsumeQueue {
  minOffset = 0
  maxOffset = 0
  nextOffset = 0
  private writtenOffset = 0
  private syncedOffset = 0
  private isDirty = false
  private isDestroyed = false
  /** An entry on the disk of which is known where its record begins; -1 without one. */
  private rememberedOffset = -1
  private rememberedPhysicalOffset = 0
  private readAhead: EntryWindow | null = null
  private readonly entryBytes: number
  private readonly tail: EntryTail
  private readonly files: EntryFiles
  private readonly ext: ConsumeQueueExt | null

  constructor(
    readonly topic: string,
    readonly queueId: number,
    private readonly deps: FileConsumeQueueDeps,
  ) {
    this.entryBytes = deps.entryBytes
    this.tail = new EntryTail(deps.entryBytes, deps.budget)
    this.files = new EntryFiles(deps)
    this.ext = deps.ext ?? null
  }

  append(physicalOffset: number, messageBytes: number, tagsCode: number, storeTimestamp = 0): void {
    if (!this.tail.hasRoom(this.nextOffset)) this.makeRoom()
    if (this.ext !== null) this.ext.append(storeTimestamp)
    this.tail.write(this.nextOffset, physicalOffset, messageBytes, tagsCode)
    this.nextOffset += 1
  }

  keepBitMap(bitMap: Buffer): void {
    this.ext?.keepBitMap(bitMap)
  }

  /** What was appended last, to be written to until it is published. */
  newestEntry(): Buffer {
    return this.tail.entries(this.nextOffset - 1, this.nextOffset)
  }

  /** One entry as it is, from memory or the disk; null if there is none. */
  entryAt(queueOffset: number): Buffer | null {
    const range = this.entriesInMemory(queueOffset)
    if (range !== null) return range.bytes.subarray(range.at, range.at + this.entryBytes)
    return this.files.entryAt(queueOffset)
  }

  /** Where the newest part begins, which is in memory. */
  get firstOffsetInTail(): number {
    return this.tail.firstOffset
  }

  publish(queueOffset: number): void {
    this.maxOffset = queueOffset
    if (!this.isDirty && !this.isDestroyed) {
      this.isDirty = true
      this.deps.onDirty(this)
    }
  }

  rollback(queueOffset: number): void {
    this.nextOffset = queueOffset
    this.ext?.rollback(queueOffset - this.writtenOffset)
  }

  /** An empty queue begins at `queueOffset`: its earlier messages are gone. */
  beginAt(queueOffset: number): void {
    this.minOffset = queueOffset
    this.maxOffset = queueOffset
    this.nextOffset = queueOffset
    this.writtenOffset = queueOffset
    this.syncedOffset = queueOffset
    this.rememberedOffset = -1
    this.tail.clear(queueOffset)
  }

  entriesInMemory(queueOffset: number): EntryRange | null {
    if (queueOffset >= this.tail.firstOffset) {
      const at = (queueOffset - this.tail.firstOffset) * this.entryBytes
      return { bytes: this.tail.bytes, at, entryCount: this.maxOffset - queueOffset }
    }
    return rangeInWindow(this.readAhead, queueOffset, this.entryBytes)
  }

  async readEntries(queueOffset: number): Promise<EntryRange | null> {
    const window = await this.files.read(queueOffset, Math.min(queueOffset + READ_AHEAD_COUNT, this.writtenOffset))
    if (window === null) return null
    this.readAhead = window
    this.deps.onReadAhead(this)
    return rangeInWindow(window, queueOffset, this.entryBytes)
  }

  nextFileOffset(queueOffset: number): number {
    return this.files.nextFileOffset(queueOffset)
  }

  forgetReadAhead(): void {
    this.readAhead = null
  }

  /** Writes to the files what they lack. Throws StorageError. */
  writeOut(): void {
    while (this.writtenOffset < this.maxOffset) {
      const entries = this.tail.entries(this.writtenOffset, this.maxOffset)
      this.writtenOffset += this.files.write(this.writtenOffset, entries)
    }
    this.isDirty = false
  }

  /** Resolves when what was written out would survive a loss of power, as soon as `takeUnsyncedFolders` are synced. */
  datasync(): Promise<void> {
    return this.files.datasync(this.syncedOffset, this.writtenOffset)
  }

  /** Returns what is to be called when all that was written out by now would survive a loss of power. */
  beginSync(): () => void {
    const { writtenOffset } = this
    return () => void (this.syncedOffset = writtenOffset)
  }

  takeUnsyncedFolders(): readonly string[] {
    return this.files.takeUnsyncedFolders()
  }

  /** Gives the memory of the tail back, if the files have all of it. */
  forgetTail(): void {
    if (this.writtenOffset === this.nextOffset) this.tail.clear(this.nextOffset)
  }

  physicalOffsetNow(queueOffset: number): number | null {
    if (queueOffset === this.rememberedOffset && queueOffset >= this.minOffset) return this.rememberedPhysicalOffset
    const entry = this.entryNow(queueOffset)
    return entry === null ? null : readPhysicalOffset(entry, 0)
  }

  private entryNow(queueOffset: number): Buffer | null {
    return queueOffset < this.minOffset || queueOffset >= this.maxOffset ? null : this.entryAt(queueOffset)
  }

  replay(
    queueOffset: number,
    physicalOffset: number,
    messageBytes: number,
    tagsCode: number,
    storeTimestamp: number,
  ): void {
    if (queueOffset < this.nextOffset) {
      const lastPhysicalOffset = this.lastPhysicalOffset()
      if (queueOffset > 0 || lastPhysicalOffset === null || physicalOffset <= lastPhysicalOffset) return
      this.startOver(queueOffset)
    }
    if (this.files.isEmpty && this.nextOffset === this.minOffset) this.beginAt(queueOffset)
    if (queueOffset - this.nextOffset <= GAP_ENTRY_COUNT_MAX) {
      while (this.nextOffset < queueOffset) this.append(0, BLANK_MESSAGE_BYTES, 0)
    }
    this.append(physicalOffset, messageBytes, tagsCode, storeTimestamp)
    this.publish(this.nextOffset)
  }

  /** Forgets every entry: what comes next is `queueOffset`. */
  startOver(queueOffset: number): void {
    this.files.clear()
    this.readAhead = null
    this.beginAt(queueOffset)
  }

  /**
   * Finds the end in the files: entries are written from the front, so those that point before `physicalOffset` come
   * first. What `isRight` does not know at the end is stale.
   */
  load({ physicalOffset, isRight, wasStopped, mayBeShort }: ConsumeQueueLoad): void {
    this.files.load({ wasStopped, syncedOffset: 0, mayBeShort })
    if (this.files.isEmpty) return
    this.beginAt(this.files.endOffset)
    this.minOffset = this.files.firstOffset
    let endOffset = this.search(entry => isEntry(entry, 0) && readPhysicalOffset(entry, 0) < physicalOffset)
    while (endOffset > this.minOffset && !this.isEntryRight(endOffset - 1, isRight)) endOffset -= 1
    this.cutAt(endOffset)
    this.rememberLast()
    this.files.close()
  }

  /** Forgets the entries that point at or behind `physicalOffset`. */
  truncate(physicalOffset: number): void {
    const last = this.lastPhysicalOffset()
    if (last !== null && last < physicalOffset) return
    const endOffset = this.search(entry => readPhysicalOffset(entry, 0) < physicalOffset)
    if (endOffset < this.nextOffset) this.cutAt(endOffset)
  }

  lastPhysicalOffset(): number | null {
    if (this.maxOffset === this.minOffset) return null
    if (this.maxOffset === this.rememberedOffset + 1) return this.rememberedPhysicalOffset
    const entry = this.entryNow(this.maxOffset - 1)
    return entry === null || isBlankEntry(entry, 0) ? null : readPhysicalOffset(entry, 0)
  }

  /** Entries that point before `physicalOffset` are no longer served: their records are gone. */
  correctMinOffset(physicalOffset: number): void {
    const first = this.physicalOffsetNow(this.minOffset)
    const entry = first === 0 ? this.entryNow(this.minOffset) : null
    if (first !== null && first >= physicalOffset && (entry === null || !isBlankEntry(entry, 0))) return
    this.minOffset = this.search(entry => isBlankEntry(entry, 0) || readPhysicalOffset(entry, 0) < physicalOffset)
  }

  /** Removes the files whose entries are no longer served. Returns how many. Throws StorageError. */
  deleteExpiredFiles(): number {
    return this.files.removeBefore(this.minOffset)
  }

  /** Takes the files away. */
  destroy(): void {
    this.isDestroyed = true
    this.startOver(0)
  }

  close(): void {
    this.files.close()
  }

  /** A start asks for it several times: the file need not be opened for each. */
  private rememberLast(): void {
    const last = this.lastPhysicalOffset()
    if (last === null) return
    this.rememberedOffset = this.maxOffset - 1
    this.rememberedPhysicalOffset = last
  }

  /** The first offset of the queue for which `isBefore` is false; entries for which it is true come first. */
  search(isBefore: (entry: Buffer) => boolean): number {
    return searchEntries({ from: this.minOffset, until: this.maxOffset }, offset => this.entryNow(offset), isBefore)
  }

  private isEntryRight(queueOffset: number, isRight: (entry: EntryToCheck) => boolean): boolean {
    const entry = this.entryNow(queueOffset)
    if (entry === null) return false
    if (isBlankEntry(entry, 0)) return true
    const { topic, queueId } = this
    return isRight({ topic, queueId, queueOffset, physicalOffset: readPhysicalOffset(entry, 0) })
  }

  /** The queue ends at `queueOffset`, in the files too. */
  private cutAt(queueOffset: number): void {
    const { minOffset } = this
    this.files.cutAt(queueOffset)
    this.beginAt(queueOffset)
    this.minOffset = Math.min(minOffset, queueOffset)
    this.readAhead = null
  }

  /** Room for one more entry: more memory, or the memory of entries that the files have. */
  private makeRoom(): void {
    if (this.tail.grow(false)) return
    try {
      this.writeOut()
    } catch (error) {
      this.deps.onWriteFailed(error as Error)
    }
    const keepOffset = Math.min(Math.ceil((this.tail.firstOffset + this.nextOffset) / 2), this.writtenOffset)
    if (keepOffset === this.tail.firstOffset) this.tail.grow(true)
    else this.tail.forgetBefore(keepOffset, this.nextOffset)
  }
}
