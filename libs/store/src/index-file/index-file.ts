import assert from 'node:assert'
import type { LogFile } from '../log-file/log-file'
import { readFully } from '../log-file/read-fully'
import { checkEntries } from './check-entries'
import { IndexEntryReader } from './index-entry'
import { INDEX_HEADER_BYTES, emptyIndexHeader, encodeIndexHeader, isPlausible, readIndexHeader } from './index-header'
import type { IndexHeader } from './index-header'
import { SLOTS_AT, SLOT_BYTES, entryAt } from './index-layout'
import type { IndexLayout } from './index-layout'
import { PendingEntries } from './pending-entries'
import { SlotTable } from './slot-table'

const LONGEST_SECONDS = 0x7fff_ffff

/** What is looked for in an index file. Times in ms; a file knows them to the second, so more may be found. */
export interface IndexQuery {
  readonly keyHash: number
  readonly beginTimestamp: number
  readonly endTimestamp: number
}

/** Is shown where the records are that may be the ones, until it has enough. */
export interface IndexVisitor {
  readonly hasEnough: boolean
  visit(physicalOffset: number): Promise<void>
}

/** The last entries of an index all belong to one record. */
export interface LastIndexedRecord {
  readonly physicalOffset: number
  readonly entryCount: number
}

/**
 * One index file. Entries come in at the end, through a small buffer. The slots of the file that takes entries are in
 * memory, and go to the file when it takes no more: after a crash they are made again from the entries.
 * Source: store/index/IndexFile.java
 */
export class IndexFile {
  header: IndexHeader = emptyIndexHeader({ endTimestamp: 0, endPhysicalOffset: 0 })
  private slots: SlotTable | null = null
  private pending: PendingEntries | null = null

  constructor(
    readonly file: LogFile,
    private readonly layout: IndexLayout,
  ) {}

  get isEmpty(): boolean {
    return this.header.nextEntry <= 1
  }

  get isFull(): boolean {
    return this.header.nextEntry >= this.layout.entryCountMax
  }

  /** True if nothing of it is in memory only. */
  get isFinished(): boolean {
    return this.slots === null
  }

  /** Makes the file; it begins where the one before ends. Throws StorageError. */
  create(endOfLast: Pick<IndexHeader, 'endTimestamp' | 'endPhysicalOffset'>): void {
    this.file.create()
    this.header = emptyIndexHeader(endOfLast)
    this.slots = new SlotTable(this.layout.slotCount)
  }

  /** Reads the header; false if what it says cannot be. Throws StorageError. */
  async load(): Promise<boolean> {
    const bytes = Buffer.alloc(INDEX_HEADER_BYTES)
    await readFully(this.file, bytes, 0)
    this.header = readIndexHeader(bytes)
    return isPlausible(this.header, this.layout)
  }

  /** Gets ready for more entries, if there is room; the file must be sound. Throws StorageError. */
  async resume(): Promise<void> {
    if (this.isFull) return
    const slots = new SlotTable(this.layout.slotCount)
    await slots.load(this.file)
    this.slots = slots
  }

  /**
   * As `resume`, for a file that may not be sound: checks every entry, makes the slots again, and clears what lies behind
   * the last good entry. Returns how many entries were no good. Throws StorageError.
   */
  async repair(logEndOffset: number): Promise<number> {
    const { header, layout, file } = this
    if (!isPlausible(header, layout)) header.nextEntry = 1
    const endEntry = header.nextEntry
    const slots = new SlotTable(layout.slotCount)
    slots.clear()
    await checkEntries(file, layout, { header, slots, logEndOffset })
    file.clearFrom(entryAt(layout, header.nextEntry))
    this.slots = slots
    return endEntry - header.nextEntry
  }

  /** Adds an entry; the file must not be full. Throws StorageError. */
  put(keyHash: number, physicalOffset: number, storeTimestamp: number): void {
    const { header, slots } = this
    assert(slots !== null, 'an index file takes entries only when it is open for them')
    const pending = (this.pending ??= new PendingEntries())
    if (pending.isFull) pending.writeTo(this.file, this.layout, header.nextEntry)
    const entry = header.nextEntry
    const slot = keyHash % this.layout.slotCount
    const newest = slots.get(slot)
    const previous = newest > 0 && newest < entry ? newest : 0
    // Of the first entry of all, nothing; of the first of a later file, since the end of the one before: as Java has it.
    pending.add(keyHash, physicalOffset, secondsBetween(header.beginTimestamp, storeTimestamp), previous)
    slots.set(slot, entry)
    if (entry === 1) {
      header.beginPhysicalOffset = physicalOffset
      header.beginTimestamp = storeTimestamp
    }
    if (previous === 0) header.usedSlotCount += 1
    header.nextEntry = entry + 1
    this.extendTo(physicalOffset, storeTimestamp)
  }

  /** The record is the last one that is indexed. */
  extendTo(physicalOffset: number, storeTimestamp: number): void {
    this.header.endPhysicalOffset = physicalOffset
    this.header.endTimestamp = storeTimestamp
  }

  /** Gives the new entries to the page cache, and a header that tells of them. Throws StorageError. */
  writeOut(): void {
    if (this.pending === null || this.pending.isEmpty) return
    this.pending.writeTo(this.file, this.layout, this.header.nextEntry)
    this.file.write(encodeIndexHeader(this.header), 0)
  }

  /**
   * Brings all to the disk, slots too, and lets go of the memory: no more entries come. `pause` is called between pieces
   * of the work. Rejects with StorageError.
   */
  async finish(pause: () => Promise<void>): Promise<void> {
    if (this.slots === null) return
    this.writeOut()
    while (this.slots.writeSome(this.file)) await pause()
    this.file.write(encodeIndexHeader(this.header), 0)
    await this.file.datasync()
    this.slots = null
    this.pending = null
  }

  hasTimesBetween(beginTimestamp: number, endTimestamp: number): boolean {
    return beginTimestamp <= this.header.endTimestamp && endTimestamp >= this.header.beginTimestamp
  }

  /** Shows the records whose key has the hash, the newest first. Rejects with StorageError. */
  async select({ keyHash, beginTimestamp, endTimestamp }: IndexQuery, visitor: IndexVisitor): Promise<void> {
    this.writeOut()
    this.file.hold()
    try {
      const entries = new IndexEntryReader(this.file, this.layout)
      let entry = await this.newestOf(keyHash % this.layout.slotCount)
      while (entry > 0 && !visitor.hasEnough) {
        const { keyHash: hash, physicalOffset, secondsAfter, previousEntry } = await entries.read(entry)
        const fromTimestamp = this.header.beginTimestamp + (entry === 1 ? 0 : secondsAfter * 1000)
        if (secondsAfter < 0 || fromTimestamp + 999 < beginTimestamp) return
        if (hash === keyHash && fromTimestamp <= endTimestamp) await visitor.visit(physicalOffset)
        entry = previousEntry < entry ? previousEntry : 0
      }
    } finally {
      this.file.release()
    }
  }

  /** Null for an empty file. Rejects with StorageError. */
  async lastRecord(): Promise<LastIndexedRecord | null> {
    if (this.isEmpty) return null
    this.writeOut()
    const entries = new IndexEntryReader(this.file, this.layout)
    const last = this.header.nextEntry - 1
    const { physicalOffset } = await entries.read(last)
    let first = last
    while (first > 1 && (await entries.read(first - 1)).physicalOffset === physicalOffset) first -= 1
    return { physicalOffset, entryCount: last - first + 1 }
  }

  /** Number of the newest entry of a slot, 0 for none. */
  private async newestOf(slot: number): Promise<number> {
    const newest = this.slots === null ? await this.readSlot(slot) : this.slots.get(slot)
    return newest < this.header.nextEntry ? newest : 0
  }

  private async readSlot(slot: number): Promise<number> {
    const bytes = Buffer.alloc(SLOT_BYTES)
    await readFully(this.file, bytes, SLOTS_AT + slot * SLOT_BYTES)
    return bytes.readInt32BE(0)
  }
}

function secondsBetween(beginTimestamp: number, storeTimestamp: number): number {
  if (beginTimestamp <= 0) return 0
  return Math.min(Math.max(Math.trunc((storeTimestamp - beginTimestamp) / 1000), 0), LONGEST_SECONDS)
}
