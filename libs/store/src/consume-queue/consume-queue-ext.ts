import * as path from 'node:path'
import type { Disk } from '@rocketmq-ts/base'
import type { LogFileLoad, LogFileQueue } from '../log-file/log-file-queue'
import type { FilterBitMap } from '../message-store'
import { ENTRY_BYTES, isBlankEntry, readTagsCode } from './consume-queue-entry'
import {
  EXT_FILE_REST_BYTES,
  EXT_UNIT_BYTES_MAX,
  EXT_UNIT_BYTES_MIN,
  extUnitBytes,
  hasExtAddress,
  NO_BIT_MAP,
  readExtOffset,
  readExtUnit,
  readExtUnitBytes,
  writeExtAddress,
  writeExtUnit,
  writeTagsCode,
} from './consume-queue-ext-unit'

/** Where files lie, and how long they are. */
export interface FileKind {
  readonly folder: string
  readonly fileBytes: number
  /** The key that sets `fileBytes`. */
  readonly fileBytesKey: string
}

/** Of the -1 that ends a file. */
const END_MARK_BYTES = 2
/** Bytes of units that one read brings along. */
const WINDOW_BYTES = 64 * 1024
const NOTHING_KNOWN: FilterBitMap = { storeTimestamp: 0, bits: NO_BIT_MAP }

export interface ExtOptions {
  readonly folder: string
  readonly fileBytes: number
  /** False: what is there is read, and no more is made. */
  readonly isEnabled: boolean
}

/** What lies beside the queues, as far as there is or is to be anything. */
export class ConsumeQueueExts {
  /** Topics that had something beside their queues at the start. */
  private topics: ReadonlySet<string> = new Set()

  constructor(
    private readonly options: ExtOptions | undefined,
    private readonly filesIn: (folder: string, kind: FileKind) => LogFileQueue,
  ) {}

  get folder(): string | null {
    return this.options?.folder ?? null
  }

  look(disk: Pick<Disk, 'list'>): void {
    if (this.options !== undefined) this.topics = new Set(disk.list(this.options.folder))
  }

  of(topic: string, queueId: number): ConsumeQueueExt | null {
    const { options } = this
    if (options === undefined || (!options.isEnabled && !this.topics.has(topic))) return null
    const { folder, fileBytes, isEnabled } = options
    const kind = { folder, fileBytes, fileBytesKey: 'mappedFileSizeConsumeQueueExt' }
    return new ConsumeQueueExt(this.filesIn(path.join(topic, String(queueId)), kind), isEnabled)
  }
}

/**
 * The units beside one ConsumeQueue. In memory an entry always has its tags code; as it goes to the file it gets a unit
 * and the address of it instead, and as it comes back from the file the tags code again. So nobody else sees addresses.
 * Source: store/ConsumeQueueExt.java
 */
export class ConsumeQueueExt {
  private endOffset = 0
  private syncedOffset = 0
  /** Of the entries that are not in the file yet, in their order. */
  private readonly pending: FilterBitMap[] = []

  constructor(
    private readonly files: LogFileQueue,
    /** False: units that are there are read, and no new ones made. */
    private readonly isWriting: boolean,
  ) {}

  /** One more entry is on its way to the file. */
  append(storeTimestamp: number): void {
    if (this.isWriting) this.pending.push({ storeTimestamp, bits: NO_BIT_MAP })
  }

  /** Of the entry appended last. Bits that no unit or no file has room for are left out. */
  keepBitMap(bits: Buffer): void {
    const last = this.pending.pop()
    if (last === undefined) return
    const roomBytes = Math.min(EXT_UNIT_BYTES_MAX, this.files.fileBytes - EXT_FILE_REST_BYTES) - EXT_UNIT_BYTES_MIN
    this.pending.push(bits.length > roomBytes ? last : { ...last, bits })
  }

  /** Only `count` entries are on their way. */
  rollback(count: number): void {
    if (this.pending.length > count) this.pending.length = count
  }

  /** The entries as they go to the file: units written, addresses in place of tags codes. Throws StorageError. */
  write(entries: Buffer): Buffer {
    if (!this.isWriting) return entries
    const addressed = Buffer.from(entries)
    const units = Buffer.alloc(this.unitsBytesOf(entries.length / ENTRY_BYTES) + END_MARK_BYTES)
    let unitsOffset = this.endOffset
    let unitsBytes = 0
    for (let at = 0, index = 0; at < addressed.length; at += ENTRY_BYTES, index += 1) {
      if (isBlankEntry(addressed, at)) continue
      const { storeTimestamp, bits: bitMap } = this.pending[index] ?? NOTHING_KNOWN
      const file = this.files.findOrCreate(unitsOffset + unitsBytes)
      if (unitsOffset + unitsBytes + extUnitBytes({ bitMap }) + EXT_FILE_REST_BYTES > file.endOffset) {
        units.writeInt16BE(-1, unitsBytes)
        file.write(units.subarray(0, unitsBytes + END_MARK_BYTES), unitsOffset)
        unitsOffset = file.endOffset
        unitsBytes = 0
      }
      writeExtAddress(addressed, at, unitsOffset + unitsBytes)
      unitsBytes = writeExtUnit(units, unitsBytes, { tagsCode: readTagsCode(entries, at), storeTimestamp, bitMap })
    }
    if (unitsBytes > 0) this.files.findOrCreate(unitsOffset).write(units.subarray(0, unitsBytes), unitsOffset)
    this.endOffset = unitsOffset + unitsBytes
    return addressed
  }

  private unitsBytesOf(entryCount: number): number {
    const bitMaps = this.pending.slice(0, entryCount)
    return entryCount * EXT_UNIT_BYTES_MIN + bitMaps.reduce((sum, { bits }) => sum + bits.length, 0)
  }

  /** So many of the entries on their way have arrived. */
  wrote(count: number): void {
    this.pending.splice(0, count)
  }

  /**
   * Puts the tags codes back into entries that come from the file; where a unit is gone the address stays. Resolves to
   * the bit maps of the entries, in their order, if any has one.
   */
  async resolve(entries: Buffer): Promise<readonly (FilterBitMap | null)[] | null> {
    const bitMaps: (FilterBitMap | null)[] = []
    let hasBitMaps = false
    let window: Buffer = Buffer.alloc(0)
    let windowOffset = 0
    for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
      bitMaps.push(null)
      if (!hasExtAddress(entries, at)) continue
      const offset = readExtOffset(entries, at)
      if (offset < windowOffset || !holdsUnit(window, offset - windowOffset)) {
        window = await this.read(offset)
        windowOffset = offset
      }
      const unit = readExtUnit(window, offset - windowOffset)
      if (unit === null) continue
      const { tagsCode, storeTimestamp, bitMap: bits } = unit
      writeTagsCode(entries, at, tagsCode)
      if (bits.length === 0) continue
      bitMaps[bitMaps.length - 1] = { bits, storeTimestamp }
      hasBitMaps = true
    }
    return hasBitMaps ? bitMaps : null
  }

  load(how: LogFileLoad): void {
    this.files.load(how)
  }

  /** `lastEntry` is the last one of the queue, null if there is none: units behind its own are forgotten. */
  cutBehind(lastEntry: Buffer | null): void {
    this.pending.length = 0
    this.endOffset = lastEntry !== null && hasExtAddress(lastEntry, 0) ? this.endOf(lastEntry) : this.findEnd()
    if (this.files.last !== null && this.endOffset < this.files.last.endOffset) this.files.truncate(this.endOffset)
    this.syncedOffset = this.endOffset
    this.files.close()
  }

  /** Files whose units all belong to entries before this one go. Throws StorageError. */
  deleteBefore(firstEntry: Buffer | null): void {
    if (firstEntry !== null && hasExtAddress(firstEntry, 0)) this.files.removeBefore(readExtOffset(firstEntry, 0))
  }

  async datasync(): Promise<void> {
    const untilOffset = this.endOffset
    const { fileBytes } = this.files
    for (let offset = this.syncedOffset; offset < untilOffset; offset += fileBytes - (offset % fileBytes)) {
      await this.files.find(offset)?.datasync()
    }
    this.files.syncFolders()
    this.syncedOffset = untilOffset
  }

  clear(): void {
    this.files.clear()
    this.pending.length = 0
    this.endOffset = 0
    this.syncedOffset = 0
  }

  close(): void {
    this.files.close()
  }

  private async read(offset: number): Promise<Buffer> {
    const file = this.files.find(offset)
    if (file === null) return Buffer.alloc(0)
    const bytes = Buffer.alloc(Math.min(WINDOW_BYTES, file.endOffset - offset))
    const readBytes = await file.read(bytes, 0, bytes.length, offset)
    return bytes.subarray(0, readBytes)
  }

  /** Behind the unit of an entry; where the unit is gone, where it began. */
  private endOf(entry: Buffer): number {
    const offset = readExtOffset(entry, 0)
    const bytes = Buffer.alloc(EXT_UNIT_BYTES_MIN)
    const readBytes = this.files.find(offset)?.readNow(bytes, 0, bytes.length, offset) ?? 0
    return offset + readExtUnitBytes(bytes.subarray(0, readBytes), 0)
  }

  /** Behind the last unit of the last file. */
  private findEnd(): number {
    const file = this.files.last
    if (file === null) return 0
    const bytes = Buffer.alloc(WINDOW_BYTES)
    for (let offset = file.startOffset; ;) {
      const readBytes = file.readNow(bytes, 0, Math.min(bytes.length, file.endOffset - offset), offset)
      const units = bytes.subarray(0, readBytes)
      let at = 0
      while (readExtUnitBytes(units, at) > 0) at += readExtUnitBytes(units, at)
      if (at === 0) return offset
      offset += at
    }
  }
}

function holdsUnit(window: Buffer, at: number): boolean {
  const unitBytes = readExtUnitBytes(window, at)
  return unitBytes > 0 && at + unitBytes <= window.length
}
