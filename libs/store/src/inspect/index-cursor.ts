import { readIndexEntry } from '../index-file/index-entry'
import type { IndexEntry } from '../index-file/index-entry'
import { INDEX_HEADER_BYTES, isPlausible, readIndexHeader } from '../index-file/index-header'
import type { IndexHeader } from '../index-file/index-header'
import { INDEX_ENTRY_BYTES, SLOTS_AT, SLOT_BYTES, entryAt } from '../index-file/index-layout'
import type { IndexLayout } from '../index-file/index-layout'
import type { StoredFile } from './stored-file'

/** Entries for each slot, unless a store was configured otherwise: with them the size of a file tells its layout. */
const ENTRIES_PER_SLOT = 4
/** Four times Java's: the chains of a file with more are not followed, they would take too much memory. */
const SLOT_COUNT_MAX = 20_000_000
const CHUNK_BYTES = 1024 ** 2

/** Goes over the entries of one index file in their order, which is that of the log. Throws StorageError. */
export class IndexCursor {
  entry: IndexEntry = { keyHash: 0, physicalOffset: 0, secondsAfter: 0, previousEntry: 0 }
  entryNumber = 1
  readonly header: IndexHeader
  readonly layout: IndexLayout
  /** Newest entry of each slot so far. */
  private heads: Int32Array | null = null
  private buffer: Buffer = Buffer.alloc(0)
  private bufferFirst = 0
  private bufferEnd = 0

  /** `slotsInFile` is null for a file that has a slot for every four entries. */
  constructor(
    readonly file: StoredFile,
    slotsInFile: number | null,
  ) {
    const bytesPerSlot = SLOT_BYTES + ENTRIES_PER_SLOT * INDEX_ENTRY_BYTES
    const slotCount = slotsInFile ?? (file.sizeBytes - SLOTS_AT) / bytesPerSlot
    this.layout = {
      slotCount,
      entryCountMax: (file.sizeBytes - entryAt({ slotCount, entryCountMax: 0 }, 0)) / INDEX_ENTRY_BYTES,
    }
    const head = Buffer.alloc(INDEX_HEADER_BYTES)
    file.read(head, head.length, 0)
    this.header = readIndexHeader(head)
  }

  /** Why it is no index file, or null. */
  get fault(): string | null {
    const { slotCount } = this.layout
    if (!Number.isInteger(slotCount) || slotCount < 1)
      return `its size of ${this.file.sizeBytes} bytes is not that of one`
    if (slotCount > SLOT_COUNT_MAX) return `it is too large to be checked`
    return isPlausible(this.header, this.layout) ? null : 'its header says what cannot be'
  }

  covers(physicalOffset: number): boolean {
    const { beginPhysicalOffset, endPhysicalOffset, nextEntry } = this.header
    return nextEntry > 1 && physicalOffset >= beginPhysicalOffset && physicalOffset <= endPhysicalOffset
  }

  /** False behind the last entry. */
  load(): boolean {
    if (this.entryNumber >= this.header.nextEntry) return false
    if (this.entryNumber >= this.bufferEnd) {
      if (this.buffer.length === 0)
        this.buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES - (CHUNK_BYTES % INDEX_ENTRY_BYTES))
      const count = Math.min(this.buffer.length / INDEX_ENTRY_BYTES, this.header.nextEntry - this.entryNumber)
      const readBytes = this.file.read(this.buffer, count * INDEX_ENTRY_BYTES, entryAt(this.layout, this.entryNumber))
      this.bufferFirst = this.entryNumber
      this.bufferEnd = this.entryNumber + Math.floor(readBytes / INDEX_ENTRY_BYTES)
      if (this.bufferEnd === this.bufferFirst) return false
    }
    this.entry = readIndexEntry(this.buffer, (this.entryNumber - this.bufferFirst) * INDEX_ENTRY_BYTES)
    return true
  }

  /** Goes on to the next entry; false if the one at hand does not continue the chain of its slot. */
  advance(): boolean {
    this.heads ??= new Int32Array(this.layout.slotCount)
    const { keyHash, previousEntry } = this.entry
    const slot = keyHash < 0 ? 0 : keyHash % this.layout.slotCount
    const isChained = keyHash >= 0 && this.heads[slot] === previousEntry
    this.heads[slot] = this.entryNumber
    this.entryNumber += 1
    return isChained
  }

  /** How many slots do not lead to their newest entry. To be asked behind the last entry. */
  wrongSlotCount(): number {
    const { heads } = this
    if (heads === null) return 0
    let wrongCount = 0
    const slotsPerChunk = Math.floor(this.buffer.length / SLOT_BYTES)
    for (let slot = 0; slot < heads.length; slot += slotsPerChunk) {
      const count = Math.min(slotsPerChunk, heads.length - slot)
      this.file.read(this.buffer, count * SLOT_BYTES, SLOTS_AT + slot * SLOT_BYTES)
      for (let index = 0; index < count; index += 1) {
        if (this.buffer.readInt32BE(index * SLOT_BYTES) !== heads[slot + index]) wrongCount += 1
      }
    }
    this.heads = null
    this.buffer = Buffer.alloc(0)
    return wrongCount
  }
}
