import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import { LogFile } from '../log-file/log-file'
import { OpenFiles } from '../log-file/open-files'
import { IndexFile } from './index-file'
import type { IndexQuery, IndexVisitor, LastIndexedRecord } from './index-file'
import { indexFileName } from './index-file-name'
import type { IndexHeader } from './index-header'
import { indexFileBytes } from './index-layout'
import type { IndexLayout } from './index-layout'

const OPEN_FILE_COUNT_MAX = 16

export interface IndexFilesDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  readonly checkpoint: Pick<StoreCheckpoint, 'indexMsgTimestamp' | 'save'>
  /** A file that is full could not be brought to the disk. */
  readonly onFailed: (error: Error) => void
}

export interface IndexLoad {
  /** False after a crash. */
  readonly wasStopped: boolean
  /** Entries that point at or behind it are no good. */
  readonly logEndOffset: number
}

/**
 * The index: files one after the other, of which the newest takes entries. It can be made again from the CommitLog, so a
 * file that is no good goes, and with it the newer ones. Source: store/index/IndexService.java
 */
export class IndexFiles {
  private readonly files: IndexFile[] = []
  private readonly openFiles = new OpenFiles(OPEN_FILE_COUNT_MAX)
  private finishing = Promise.resolve()
  private isOpen = false

  constructor(
    private readonly folder: string,
    private readonly layout: IndexLayout,
    private readonly deps: IndexFilesDeps,
  ) {}

  get count(): number {
    return this.files.length
  }

  get newest(): IndexFile | null {
    return this.files[this.files.length - 1] ?? null
  }

  /** Finds the files that are there, and mends the newest after a crash. Rejects with StorageError. */
  async load(how: IndexLoad): Promise<void> {
    await this.finishing
    this.abandon()
    const names = this.deps.disk.list(this.folder).filter(name => /^\d+$/.test(name))
    for (const [index, name] of names.entries()) {
      const rest = names.slice(index + 1)
      const isSound = await this.loadFile(name, rest.length === 0, how)
      if (!isSound) this.removeAll(rest)
      if (!isSound) break
    }
    await this.openNewest(how.logEndOffset)
    this.isOpen = true
  }

  /** Null if nothing is indexed. Rejects with StorageError. */
  async lastRecord(): Promise<LastIndexedRecord | null> {
    let physicalOffset: number | null = null
    let entryCount = 0
    for (const file of this.files.toReversed()) {
      const last = await file.lastRecord()
      if (last === null) continue
      if (physicalOffset !== null && last.physicalOffset !== physicalOffset) break
      physicalOffset = last.physicalOffset
      entryCount += last.entryCount
      if (last.entryCount < file.header.nextEntry - 1) break
    }
    return physicalOffset === null ? null : { physicalOffset, entryCount }
  }

  /** Gives up the newest file that has entries. Rejects with StorageError. */
  async removeNewest(logEndOffset: number): Promise<void> {
    while (this.newest?.isEmpty === true) this.files.pop()?.file.remove()
    this.files.pop()?.file.remove()
    await this.openNewest(logEndOffset)
  }

  /** Throws StorageError. */
  put(keyHash: number, physicalOffset: number, storeTimestamp: number): void {
    if (!this.isOpen) throw new StorageError('the index is closed')
    const { newest } = this
    const file = newest === null || newest.isFull ? this.roll(newest) : newest
    file.put(keyHash, physicalOffset, storeTimestamp)
  }

  /** Shows the records whose key has the hash, the newest first. Rejects with StorageError. */
  async select(query: IndexQuery, visitor: IndexVisitor): Promise<void> {
    for (const file of this.files.toReversed()) {
      if (visitor.hasEnough) return
      const mayHave = file.hasTimesBetween(query.beginTimestamp, query.endTimestamp) && this.files.includes(file)
      if (mayHave) await file.select(query, visitor)
      if (file.header.beginTimestamp < query.beginTimestamp) return
    }
  }

  /** Removes the files whose records are all before `minPhysicalOffset`, save the newest. Throws StorageError. */
  deleteExpired(minPhysicalOffset: number): void {
    for (let first = this.files[0]; first !== undefined && first.isFinished; first = this.files[0]) {
      if (this.files.length === 1 || first.header.endPhysicalOffset >= minPhysicalOffset) return
      this.files.shift()
      first.file.remove()
    }
  }

  /** Gives the new entries to the page cache. Throws StorageError. */
  writeOut(): void {
    this.newest?.writeOut()
  }

  /** Brings everything to the disk and closes the files. Rejects with StorageError. */
  async close(): Promise<void> {
    await this.finishing
    await this.newest?.finish(() => this.pause())
    if (this.files.length > 0) this.deps.disk.syncFolder(this.folder)
    this.abandon()
  }

  /** Closes the files as they are, and forgets what is in memory. */
  abandon(): void {
    this.isOpen = false
    for (const { file } of this.files.splice(0)) file.close()
  }

  /** False if the file was no good, or only up to a point: newer ones cannot be used then. */
  private async loadFile(name: string, isNewest: boolean, { wasStopped, logEndOffset }: IndexLoad): Promise<boolean> {
    const { disk, log } = this.deps
    const file = this.fileOf(name)
    const sizeBytes = disk.sizeBytes(file.file.path) ?? 0
    const fileBytes = indexFileBytes(this.layout)
    if (sizeBytes > fileBytes) {
      log.warn({ file: name, sizeBytes, fileBytes }, 'an index file of another size is made again')
      file.file.remove()
      return false
    }
    if (sizeBytes < fileBytes) file.file.clearFrom(sizeBytes)
    this.files.push(file)
    const isPlausible = await file.load()
    const isKnown = wasStopped || (!isNewest && this.isOnDisk(file))
    const pointsIntoLog = file.isEmpty || file.header.endPhysicalOffset < logEndOffset
    if (isKnown && isPlausible && pointsIntoLog && sizeBytes === fileBytes && (isNewest || file.isFull)) {
      if (isNewest) await file.resume()
      return true
    }
    const entryCount = file.header.nextEntry - 1
    const badEntryCount = await file.repair(logEndOffset)
    log.info({ file: name, entryCount, badEntryCount }, 'index file checked')
    if (badEntryCount > 0) log.warn({ file: name, badEntryCount }, 'an index file is cut and its rest made again')
    if (file.isFull) await this.finish(file)
    if (file.isEmpty) this.files.pop()?.file.remove()
    return badEntryCount === 0 && (isNewest || file.isFull)
  }

  /** Files come to the disk one after the other: of several that end in one millisecond, the first is surely there. */
  private isOnDisk({ header: { endTimestamp } }: IndexFile): boolean {
    const { indexMsgTimestamp } = this.deps.checkpoint
    const before = this.files.at(-2)?.header.endTimestamp ?? -1
    return endTimestamp < indexMsgTimestamp || (endTimestamp === indexMsgTimestamp && before < endTimestamp)
  }

  /** The newest file takes entries, if there is room, also where newer ones had to go. */
  private async openNewest(logEndOffset: number): Promise<void> {
    if (this.newest?.isFull !== false || !this.newest.isFinished) return
    await this.newest.repair(logEndOffset)
    if (this.newest.isEmpty) this.files.pop()?.file.remove()
  }

  private removeAll(names: readonly string[]): void {
    for (const name of names) {
      this.deps.log.warn({ file: name }, 'an index file is made again: the one before it was damaged')
      this.deps.disk.remove(path.join(this.folder, name))
    }
  }

  private roll(full: IndexFile | null): IndexFile {
    const { clock, disk, onFailed } = this.deps
    if (full === null) disk.makeFolder(this.folder)
    full?.writeOut()
    const lastName = full === null ? null : path.basename(full.file.path)
    const file = this.fileOf(indexFileName(clock.nowMs(), lastName))
    const endOfLast: Pick<IndexHeader, 'endTimestamp' | 'endPhysicalOffset'> = full?.header ?? {
      endTimestamp: 0,
      endPhysicalOffset: 0,
    }
    file.create(endOfLast)
    this.files.push(file)
    if (full !== null) this.finishing = this.finishing.then(() => this.finish(full).catch(onFailed))
    return file
  }

  /** A full file comes to the disk, and the checkpoint says so: after a crash it need not be checked, nor does Java drop it. */
  private async finish(file: IndexFile): Promise<void> {
    const { checkpoint, disk } = this.deps
    await file.finish(() => this.pause())
    disk.syncFolder(this.folder)
    checkpoint.indexMsgTimestamp = Math.max(checkpoint.indexMsgTimestamp, file.header.endTimestamp)
    await checkpoint.save()
  }

  private fileOf(name: string): IndexFile {
    const options = { path: path.join(this.folder, name), startOffset: 0, fileBytes: indexFileBytes(this.layout) }
    return new IndexFile(new LogFile(options, this.deps.disk, this.openFiles), this.layout)
  }

  private pause(): Promise<void> {
    return new Promise(resolve => this.deps.clock.endOfTurn(resolve))
  }
}
