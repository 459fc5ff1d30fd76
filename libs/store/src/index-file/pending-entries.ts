import type { LogFile } from '../log-file/log-file'
import { INDEX_ENTRY_BYTES, entryAt } from './index-layout'
import type { IndexLayout } from './index-layout'

const PENDING_COUNT_MAX = 13_000
const TWO_TO_32 = 0x1_0000_0000

/** Entries on their way to their file: about 256 KiB, so that the file is not written for each. */
export class PendingEntries {
  private readonly bytes = Buffer.allocUnsafeSlow(PENDING_COUNT_MAX * INDEX_ENTRY_BYTES)
  private readonly view = new DataView(this.bytes.buffer)
  private count = 0

  get isEmpty(): boolean {
    return this.count === 0
  }

  get isFull(): boolean {
    return this.count === PENDING_COUNT_MAX
  }

  add(keyHash: number, physicalOffset: number, secondsAfter: number, previousEntry: number): void {
    const { view } = this
    const at = this.count * INDEX_ENTRY_BYTES
    view.setInt32(at, keyHash)
    view.setInt32(at + 4, physicalOffset / TWO_TO_32)
    view.setInt32(at + 8, physicalOffset)
    view.setInt32(at + 12, secondsAfter)
    view.setInt32(at + 16, previousEntry)
    this.count += 1
  }

  /** They are the last entries of the file, before `nextEntry`. */
  writeTo(file: LogFile, layout: IndexLayout, nextEntry: number): void {
    file.write(this.bytes.subarray(0, this.count * INDEX_ENTRY_BYTES), entryAt(layout, nextEntry - this.count))
    this.count = 0
  }
}
