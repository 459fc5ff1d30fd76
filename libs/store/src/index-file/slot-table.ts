import type { LogFile } from '../log-file/log-file'
import { readFully } from '../log-file/read-fully'
import { SLOTS_AT, SLOT_BYTES } from './index-layout'

const PAGE_BYTES = 4096
const READ_BYTES = 1024 ** 2
/** At most so much goes to the file in one call. */
const WRITE_BYTES_MAX = 64 * PAGE_BYTES

/**
 * The slots of one index file in memory, as the file has them, and which of their pages the file lacks. The operating
 * system gives the memory page by page, when a slot there is first used.
 */
export class SlotTable {
  private readonly bytes: Buffer
  private readonly view: DataView
  private readonly dirtyPages: Uint8Array

  constructor(slotCount: number) {
    this.bytes = Buffer.alloc(slotCount * SLOT_BYTES)
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
    this.dirtyPages = new Uint8Array(Math.ceil(this.bytes.length / PAGE_BYTES))
  }

  get(slot: number): number {
    return this.view.getInt32(slot * SLOT_BYTES)
  }

  set(slot: number, entry: number): void {
    const at = slot * SLOT_BYTES
    this.view.setInt32(at, entry)
    this.dirtyPages[Math.floor(at / PAGE_BYTES)] = 1
  }

  /** Forgets everything: no page of the file is right. */
  clear(): void {
    this.bytes.fill(0)
    this.dirtyPages.fill(1)
  }

  async load(file: LogFile): Promise<void> {
    for (let at = 0; at < this.bytes.length; at += READ_BYTES) {
      await readFully(file, this.bytes.subarray(at, at + READ_BYTES), SLOTS_AT + at)
    }
  }

  /** Gives the next pages that the file lacks to the page cache; false if there are none. */
  writeSome(file: LogFile): boolean {
    const firstPage = this.dirtyPages.indexOf(1)
    if (firstPage < 0) return false
    let endPage = firstPage
    while (this.dirtyPages[endPage] === 1 && (endPage - firstPage) * PAGE_BYTES < WRITE_BYTES_MAX) endPage += 1
    const at = firstPage * PAGE_BYTES
    file.write(this.bytes.subarray(at, Math.min(endPage * PAGE_BYTES, this.bytes.length)), SLOTS_AT + at)
    this.dirtyPages.fill(0, firstPage, endPage)
    return true
  }
}
