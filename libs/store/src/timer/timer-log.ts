import * as path from 'node:path'
import type { Disk } from '@rocketmq-ts/base'
import { LogFileQueue } from '../log-file/log-file-queue'
import type { LogFile } from '../log-file/log-file'
import { OpenFiles } from '../log-file/open-files'
import {
  TIMER_BLANK_BYTES,
  TIMER_UNIT_BYTES,
  isTimerBlank,
  readTimerUnit,
  writeTimerBlank,
  writeTimerUnit,
} from './timer-unit'
import type { TimerUnit } from './timer-unit'

const OPEN_FILE_COUNT_MAX = 16
/** Of a reading of units in a row: whole units. */
const RUN_BYTES = 20_000 * TIMER_UNIT_BYTES

export interface TimerLogOptions {
  readonly folder: string
  readonly fileBytes: number
}

/** A unit with the place where it stands. */
export interface PlacedTimerUnit extends TimerUnit {
  readonly position: number
}

/**
 * All timed messages in the order in which they came, as units of 52 bytes in files of one size. Written at the end
 * only; files go at the front. Source: store/timer/TimerLog.java
 */
export class TimerLog {
  private readonly files: LogFileQueue
  private endPosition = 0
  private syncedPosition = 0

  constructor(
    private readonly options: TimerLogOptions,
    private readonly disk: Disk,
  ) {
    this.files = new LogFileQueue(
      {
        folder: options.folder,
        rootFolder: path.dirname(options.folder),
        fileBytes: options.fileBytes,
        fileBytesKey: 'mappedFileSizeTimerLog',
      },
      disk,
      new OpenFiles(OPEN_FILE_COUNT_MAX),
    )
  }

  /** Finds the files. Throws StorageError for one that does not fit, CorruptDataError for a missing one. */
  load(syncedPosition: number): void {
    this.files.load({ wasStopped: false, syncedOffset: syncedPosition, mayBeShort: true })
    this.endPosition = this.files.last?.endOffset ?? 0
    this.syncedPosition = this.startPosition
  }

  /** Of the oldest unit that there may be. */
  get startPosition(): number {
    return this.files.first?.startOffset ?? 0
  }

  /** Where the next unit goes, or a little further. */
  get end(): number {
    return this.endPosition
  }

  /** How many more units the last file takes; 0 only before `roll`. */
  get unitsThatFit(): number {
    const { fileBytes } = this.options
    const usedBytes = this.endPosition % fileBytes
    return Math.max(0, Math.floor((fileBytes - TIMER_BLANK_BYTES - usedBytes) / TIMER_UNIT_BYTES))
  }

  /** Closes the last file. Throws StorageError. */
  roll(): void {
    const { fileBytes } = this.options
    const bytesLeft = fileBytes - (this.endPosition % fileBytes)
    const blank = Buffer.alloc(TIMER_BLANK_BYTES)
    writeTimerBlank(blank, bytesLeft, 0)
    this.files.findOrCreate(this.endPosition).write(blank, this.endPosition)
    this.endPosition += bytesLeft
  }

  /** Writes units, no more than fit, at `end`. Throws StorageError; then they are not there. */
  append(units: readonly TimerUnit[]): void {
    const bytes = Buffer.allocUnsafe(units.length * TIMER_UNIT_BYTES)
    units.forEach((unit, index) => writeTimerUnit(bytes, unit, index * TIMER_UNIT_BYTES))
    this.files.findOrCreate(this.endPosition).write(bytes, this.endPosition)
    this.endPosition += bytes.length
  }

  /** What was written before the call survives a loss of power when the promise resolves. Rejects with StorageError. */
  async datasync(): Promise<void> {
    const { endPosition } = this
    if (endPosition === this.syncedPosition) return
    for (let file = this.files.find(this.syncedPosition); file !== null; file = this.files.find(file.endOffset)) {
      if (file.startOffset >= endPosition) break
      await file.datasync()
    }
    for (const folder of this.files.takeUnsyncedFolders()) await this.disk.datasyncFolder(folder)
    this.syncedPosition = Math.max(this.syncedPosition, endPosition)
  }

  /** The first place of a unit at or before `position` in its file; the start of the log for one that it does not have. */
  placeBefore(position: number): number {
    const file = this.files.find(position)
    if (file === null) return this.startPosition
    return position - ((position - file.startOffset) % TIMER_UNIT_BYTES)
  }

  /** The units from `from`, the place of one, to the first thing that is none. Rejects with StorageError. */
  async *unitsFrom(from: number): AsyncGenerator<PlacedTimerUnit, void> {
    const run = Buffer.alloc(RUN_BYTES)
    for (let file = this.files.find(from); file !== null; file = this.files.find(file.endOffset)) {
      for (let at = Math.max(from, file.startOffset); at < file.endOffset; at += RUN_BYTES) {
        const length = await file.read(run, 0, Math.min(RUN_BYTES, file.endOffset - at), at)
        const endOfRun = yield* unitsIn(run.subarray(0, length), at)
        if (endOfRun === 'blank') break
        if (endOfRun === 'none') return
      }
    }
  }

  /** Reads up to `into.length` bytes that end with the unit at `position`; returns where they begin. */
  async readBackwards(into: Buffer, position: number): Promise<{ readonly start: number; readonly length: number }> {
    const file = this.files.find(position)
    if (file === null || position >= this.endPosition) return { start: position, length: 0 }
    const end = position + TIMER_UNIT_BYTES
    const units = Math.floor(Math.min(into.length, end - file.startOffset) / TIMER_UNIT_BYTES)
    const start = end - units * TIMER_UNIT_BYTES
    return { start, length: await file.read(into, 0, end - start, start) }
  }

  /** The unit at `position`, or null if there is none. Rejects with StorageError. */
  async read(position: number): Promise<TimerUnit | null> {
    const bytes = Buffer.alloc(TIMER_UNIT_BYTES)
    const { start, length } = await this.readBackwards(bytes, position)
    return start === position && length === TIMER_UNIT_BYTES ? readTimerUnit(bytes, 0, position) : null
  }

  /** Nothing lies at or after `position`. */
  truncate(position: number): void {
    this.files.truncate(position)
    this.endPosition = Math.min(this.endPosition, position)
    this.syncedPosition = Math.min(this.syncedPosition, position)
  }

  clear(): void {
    this.files.clear()
    this.endPosition = this.syncedPosition = 0
  }

  /** Removes files whose last unit is for a message before `minPhysicalOffset`: those of all others in it are, too. */
  async deleteExpired(minPhysicalOffset: number): Promise<void> {
    while (this.files.count > 1) {
      const { startOffset, endOffset } = this.files.first as LogFile
      const last = await this.read(startOffset + (this.unitsPerFile - 1) * TIMER_UNIT_BYTES)
      if (last === null || last.physicalOffset >= minPhysicalOffset) return
      if (this.files.removeBefore(endOffset) === 0) return
    }
  }

  close(): void {
    this.files.close()
  }

  private get unitsPerFile(): number {
    return Math.floor((this.options.fileBytes - TIMER_BLANK_BYTES) / TIMER_UNIT_BYTES)
  }
}

/** Says how the run ended: with its last byte, with a blank, or with something that is no unit. */
function* unitsIn(run: Buffer, start: number): Generator<PlacedTimerUnit, 'run' | 'blank' | 'none'> {
  let at = 0
  for (; at + TIMER_UNIT_BYTES <= run.length; at += TIMER_UNIT_BYTES) {
    const unit = readTimerUnit(run, at, start + at)
    if (unit === null) return isTimerBlank(run, at) ? 'blank' : 'none'
    yield { ...unit, position: start + at }
  }
  if (at === run.length) return 'run'
  return at + TIMER_BLANK_BYTES <= run.length && isTimerBlank(run, at) ? 'blank' : 'none'
}
