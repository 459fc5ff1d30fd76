import * as path from 'node:path'
import { StorageError, readInt64, writeInt64 } from '@rocketmq-ts/base'
import type { Disk, DiskFile } from '@rocketmq-ts/base'
import { NO_POSITION } from './timer-unit'

/** Seven days of seconds, twice: what lies behind the reader, and what may lie ahead of the writer. */
export const TIMER_WHEEL_SLOTS = 2 * 7 * 86_400
const SLOT_BYTES = 32
const WHEEL_BYTES = TIMER_WHEEL_SLOTS * SLOT_BYTES
const PAGE_BYTES = 4096
const PAGE_SLOTS = PAGE_BYTES / SLOT_BYTES
/** Pages kept, beside those that changed since the last `write`: 8 MiB. */
const PAGE_COUNT_MAX = 2048
/** Of a reading of the whole wheel. */
const SCAN_BYTES = 256 * PAGE_BYTES

export interface TimerSlot {
  readonly timeMs: number
  readonly firstPosition: number
  readonly lastPosition: number
  /** Java's: recalls count down. */
  readonly count: number
}

/**
 * For each precision step of two weeks, the chain of messages that are due in it. Always 38 707 200 bytes; the slot of a
 * time is `timeMs / precision % 1 209 600`, and a slot that says another time than asked for is an empty one:
 *
 *   0                      8               16             24      28      32
 *   | timeMs / precisionMs | firstPosition | lastPosition | count | 0     |
 *   | int64                | int64         | int64        | int32 | int32 |
 *
 * What is read is kept in pages, and changes stay there until `write`: what a crash takes, the TimerLog gives back.
 * Source: store/timer/TimerWheel.java, store/timer/Slot.java
 */
export class TimerWheel {
  private file: DiskFile | null = null
  private readonly pages = new Map<number, Buffer>()
  private readonly dirtyPages = new Set<number>()
  private isSynced = true
  private snapshots: readonly string[] = []

  constructor(
    private readonly options: { readonly path: string; readonly precisionMs: number },
    private readonly disk: Disk,
  ) {}

  /**
   * Opens the file; true if it made an empty one, as there was none, or one of another size. With timerWheelSnapshotFlush
   * Java leaves the file as it is, and writes copies beside it: the log knows more than either.
   */
  open(): boolean {
    const { path: file } = this.options
    this.snapshots = this.snapshotsBeside(file)
    if (this.disk.sizeBytes(file) !== WHEEL_BYTES || this.snapshots.length > 0) this.disk.remove(file)
    const isNew = !this.disk.exists(file)
    this.file = this.disk.open(file, { create: true })
    if (!isNew) return false
    this.file.truncate(WHEEL_BYTES)
    this.disk.syncFolder(path.dirname(file))
    return true
  }

  /** Empties all slots. */
  clear(): void {
    this.pages.clear()
    this.dirtyPages.clear()
    this.openFile().truncate(0)
    this.openFile().truncate(WHEEL_BYTES)
  }

  /** The slot of this very time, or null for an empty one. */
  find(timeMs: number): TimerSlot | null {
    const slot = this.slotAt(timeMs)
    return slot?.timeMs === this.floor(timeMs) ? slot : null
  }

  /** What stands where the slot of the time belongs: perhaps that of two weeks before. Null if nothing ever did. */
  slotAt(timeMs: number): TimerSlot | null {
    const index = this.indexOf(timeMs)
    return slotIn(
      this.page(Math.floor(index / PAGE_SLOTS)),
      (index % PAGE_SLOTS) * SLOT_BYTES,
      this.options.precisionMs,
    )
  }

  put({ timeMs, firstPosition, lastPosition, count }: TimerSlot): void {
    const index = this.indexOf(timeMs)
    const pageIndex = Math.floor(index / PAGE_SLOTS)
    const page = this.page(pageIndex)
    const at = (index % PAGE_SLOTS) * SLOT_BYTES
    writeInt64(page, Math.floor(timeMs / this.options.precisionMs), at)
    writeInt64(page, firstPosition, at + 8)
    writeInt64(page, lastPosition, at + 16)
    page.writeInt32BE(count, at + 24)
    page.writeInt32BE(0, at + 28)
    this.dirtyPages.add(pageIndex)
  }

  /** A unit was written at `position`: adds it to the slot. False if that had it before. */
  add(timeMs: number, position: number, change: 1 | -1): boolean {
    const slot = this.find(timeMs)
    if (slot !== null && slot.lastPosition >= position) return false
    this.put({
      timeMs,
      firstPosition: slot === null || slot.firstPosition === NO_POSITION ? position : slot.firstPosition,
      lastPosition: position,
      count: (slot?.count ?? 0) + change,
    })
    return true
  }

  /** All slots that are not empty, in no order of time; nothing may have been changed since `open` or `write`. */
  *slots(): Generator<TimerSlot, void> {
    const chunk = Buffer.alloc(SCAN_BYTES)
    const zeros = Buffer.alloc(PAGE_BYTES)
    for (let from = 0; from < WHEEL_BYTES; from += SCAN_BYTES) {
      const length = this.openFile().readNow(chunk, 0, Math.min(SCAN_BYTES, WHEEL_BYTES - from), from)
      for (let pageAt = 0; pageAt < length; pageAt += PAGE_BYTES) {
        const page = chunk.subarray(pageAt, pageAt + PAGE_BYTES)
        if (page.equals(zeros)) continue
        for (let at = 0; at < PAGE_BYTES; at += SLOT_BYTES) {
          const slot = slotIn(page, at, this.options.precisionMs)
          if (slot !== null) yield slot
        }
      }
    }
  }

  /** Writes what changed. Throws StorageError; what was not written is written by the next call. */
  write(): void {
    for (const index of this.dirtyPages) {
      this.openFile().write(this.page(index), index * PAGE_BYTES)
      this.dirtyPages.delete(index)
      this.isSynced = false
    }
  }

  /** What was written survives a loss of power when the promise resolves. Rejects with StorageError. */
  async datasync(): Promise<void> {
    if (this.isSynced) return
    this.isSynced = true
    await this.openFile().datasync()
  }

  /** Removes what Java wrote beside the file, which is on the disk with all that the log says. Rejects with StorageError. */
  async replaceSnapshots(): Promise<void> {
    if (this.snapshots.length === 0) return
    await this.datasync()
    for (const snapshot of this.snapshots) this.disk.remove(snapshot)
    this.snapshots = []
  }

  close(): void {
    this.file?.close()
    this.file = null
    this.pages.clear()
    this.dirtyPages.clear()
  }

  private snapshotsBeside(file: string): readonly string[] {
    const folder = path.dirname(file)
    const prefix = `${path.basename(file)}.`
    const names = this.disk.list(folder).filter(name => name.startsWith(prefix))
    return names.filter(name => /^\d+$/.test(name.slice(prefix.length))).map(name => path.join(folder, name))
  }

  private floor(timeMs: number): number {
    return timeMs - (timeMs % this.options.precisionMs)
  }

  private indexOf(timeMs: number): number {
    return Math.floor(timeMs / this.options.precisionMs) % TIMER_WHEEL_SLOTS
  }

  private page(index: number): Buffer {
    const kept = this.pages.get(index)
    if (kept !== undefined) return kept
    if (this.pages.size >= PAGE_COUNT_MAX) this.dropOnePage()
    const page = Buffer.alloc(PAGE_BYTES)
    this.openFile().readNow(page, 0, PAGE_BYTES, index * PAGE_BYTES)
    this.pages.set(index, page)
    return page
  }

  /** The one read longest ago that is as the file has it. */
  private dropOnePage(): void {
    for (const index of this.pages.keys()) {
      if (this.dirtyPages.has(index)) continue
      this.pages.delete(index)
      return
    }
  }

  private openFile(): DiskFile {
    if (this.file === null) throw new StorageError('the timer wheel is not open: the broker is stopping')
    return this.file
  }
}

function slotIn(page: Buffer, at: number, precisionMs: number): TimerSlot | null {
  const step = readInt64(page, at)
  if (step <= 0) return null
  return {
    timeMs: step * precisionMs,
    firstPosition: readInt64(page, at + 8),
    lastPosition: readInt64(page, at + 16),
    count: page.readInt32BE(at + 24),
  }
}
