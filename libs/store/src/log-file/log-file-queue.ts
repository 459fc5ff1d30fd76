import * as path from 'node:path'
import { CorruptDataError, StorageError } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { LogFile } from './log-file'
import type { LogFolders } from './log-folders'
import type { OpenFiles } from './open-files'

export interface LogFileQueueOptions {
  readonly folder: string
  /** Instead of `folder` alone. */
  readonly folders?: LogFolders
  /** The folder above which nothing is made here; `folder` or one that it is in. */
  readonly rootFolder: string
  readonly fileBytes: number
  /** The key that sets `fileBytes`, for the sentence that says why a folder does not open. */
  readonly fileBytesKey: string
}

/** What a crash may have left of the last files. */
export interface LogFileLoad {
  /** False after a crash: the names of the files may not be synced. */
  readonly wasStopped: boolean
  /**
   * After a crash: what lies at or behind it was never promised to survive: where a file is empty or missing there, the files that
   * follow are of no use and go too. An empty last file always goes.
   */
  readonly syncedOffset: number
  /** True if the last file may be short, as `truncate` leaves it when it is interrupted. */
  readonly mayBeShort: boolean
}

interface SizedFile {
  readonly path: string
  readonly startOffset: number
  readonly sizeBytes: number
}

/** 20 decimal digits: files sort by name as they follow each other. */
export function logFileName(startOffset: number): string {
  return String(startOffset).padStart(20, '0')
}

/**
 * A stream of bytes as files of one size, each named by the offset of its first byte. Files come in at the end and go
 * away at the front. Source: store/MappedFileQueue.java
 */
export class LogFileQueue {
  private readonly files: LogFile[] = []
  /** Have names in them that a loss of power would take. */
  private readonly unsyncedFolders = new Set<string>()
  private readonly folders: LogFolders

  constructor(
    private readonly options: LogFileQueueOptions,
    private readonly disk: Disk,
    private readonly openFiles: OpenFiles,
  ) {
    const { folder } = options
    this.folders = options.folders ?? { all: [folder], folderOf: () => folder }
  }

  get count(): number {
    return this.files.length
  }

  get first(): LogFile | null {
    return this.files[0] ?? null
  }

  get last(): LogFile | null {
    return this.files[this.files.length - 1] ?? null
  }

  get fileBytes(): number {
    return this.options.fileBytes
  }

  /** Finds the files that are there. Throws StorageError for a file that does not fit. */
  load({ wasStopped, syncedOffset, mayBeShort }: LogFileLoad): void {
    const found = this.folders.all
      .flatMap(folder => this.sizedFiles(folder))
      .sort((left, right) => left.startOffset - right.startOffset)
    const unmadeAt = found.findIndex(
      (file, index) => !wasStopped && this.isUnmade(file, found[index - 1], syncedOffset),
    )
    const unmade = unmadeAt < 0 ? [] : found.splice(unmadeAt)
    for (const file of unmade) this.disk.remove(file.path)
    const last = found.at(-1)
    if (last?.sizeBytes === 0) this.disk.remove((found.pop() as SizedFile).path)
    if (!wasStopped) for (const folder of this.folders.all) this.soil(folder)
    found.forEach((file, index) => this.add(file, mayBeShort && index === found.length - 1))
  }

  /** The file that holds the byte at `offset`, or null if that is outside the files. */
  find(offset: number): LogFile | null {
    const first = this.files[0]
    if (first === undefined) return null
    return this.files[Math.floor((offset - first.startOffset) / this.options.fileBytes)] ?? null
  }

  at(index: number): LogFile | null {
    return this.files[index] ?? null
  }

  /** The file for the byte at `offset`, made if it is the next one, or the first of all. */
  findOrCreate(offset: number): LogFile {
    return this.find(offset) ?? this.create(offset)
  }

  /** Nothing lies at or after `offset` any more: files beyond go, the one that holds it reads zeros from there. */
  truncate(offset: number): void {
    this.removeFrom(offset)
    if (this.last !== null && this.last.endOffset > offset) this.last.clearFrom(offset)
  }

  /** Removes the files that begin at or after `offset`. */
  removeFrom(offset: number): void {
    while (this.last !== null && this.last.startOffset >= offset) this.files.pop()?.remove()
  }

  /** Takes the first file out: nobody finds it any more. Who took it has to `abandon` it, and takes it off the disk. */
  shift(): LogFile | null {
    return this.files.shift() ?? null
  }

  /**
   * Removes the files that end at or before `offset`, but the last one, and none that is being read, nor those behind it.
   * Returns how many.
   */
  removeBefore(offset: number): number {
    let removedCount = 0
    for (let file = this.first; file !== null && file.endOffset <= offset; file = this.first) {
      if (this.count === 1 || file.isInUse) break
      if (removedCount > 0) this.syncFolders() // A file must not come back without the one behind it.
      file.remove()
      this.files.shift()
      this.unsyncedFolders.add(path.dirname(file.path))
      removedCount += 1
    }
    return removedCount
  }

  /** Removes every file. */
  clear(): void {
    for (const file of this.files.splice(0)) file.remove()
  }

  /** Leaves it to the caller to sync the folders with new names in them. */
  takeUnsyncedFolders(): readonly string[] {
    const folders = [...this.unsyncedFolders]
    this.unsyncedFolders.clear()
    return folders
  }

  /** The names of new files survive a loss of power. */
  syncFolders(): void {
    for (const folder of this.unsyncedFolders) this.disk.syncFolder(folder)
    this.unsyncedFolders.clear()
  }

  close(): void {
    for (const file of this.files) file.close()
  }

  private create(offset: number): LogFile {
    const startOffset = this.last?.endOffset ?? offset - (offset % this.options.fileBytes)
    const folder = this.folders.folderOf(startOffset / this.options.fileBytes)
    if (this.last === null) this.disk.makeFolder(folder)
    else this.syncFolders() // A file must not outlive the one before it.
    this.soil(folder)
    const file = this.newFile(path.join(folder, logFileName(startOffset)), startOffset)
    file.create()
    this.files.push(file)
    return file
  }

  private soil(folder: string): void {
    this.unsyncedFolders.add(folder)
    const { rootFolder } = this.options
    for (let parent = folder; parent.startsWith(rootFolder); parent = path.dirname(parent)) {
      this.unsyncedFolders.add(parent)
    }
  }

  private sizedFiles(folder: string): readonly SizedFile[] {
    const paths = this.disk.list(folder).map(name => path.join(folder, name))
    return paths.filter(filePath => !this.disk.isFolder(filePath)).map(filePath => this.sizedFile(filePath))
  }

  private sizedFile(filePath: string): SizedFile {
    const name = path.basename(filePath)
    if (!/^\d+$/.test(name)) throw new StorageError(`${filePath} does not belong here: move it elsewhere`)
    return { path: filePath, startOffset: Number(name), sizeBytes: this.disk.sizeBytes(filePath) ?? 0 }
  }

  /** True if a crash came before the file, or the one that should be before it, was promised to survive one. */
  private isUnmade(
    { sizeBytes, startOffset }: SizedFile,
    before: SizedFile | undefined,
    syncedOffset: number,
  ): boolean {
    const expectedOffset = before === undefined ? startOffset : before.startOffset + this.options.fileBytes
    return expectedOffset >= syncedOffset && (sizeBytes === 0 || startOffset !== expectedOffset)
  }

  private add({ path: filePath, startOffset, sizeBytes }: SizedFile, mayBeShort: boolean): void {
    const { fileBytes, fileBytesKey } = this.options
    if (this.last !== null && this.last.endOffset !== startOffset) {
      const folders = this.folders.all.join(', ')
      const name = path.basename(filePath)
      throw new CorruptDataError(`a file is missing in ${folders}: ${name} does not follow ${this.last.path}`)
    }
    const file = this.newFile(filePath, startOffset)
    if (mayBeShort && sizeBytes < fileBytes) file.clearFrom(startOffset + sizeBytes)
    else if (sizeBytes !== fileBytes) {
      throw new StorageError(
        `${file.path} has ${sizeBytes} bytes, not ${fileBytes}: set ${fileBytesKey} to what the store was made with`,
      )
    }
    this.files.push(file)
  }

  private newFile(filePath: string, startOffset: number): LogFile {
    const { fileBytes } = this.options
    return new LogFile({ path: filePath, startOffset, fileBytes }, this.disk, this.openFiles)
  }
}
