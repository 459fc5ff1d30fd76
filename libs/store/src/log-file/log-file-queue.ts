import * as path from 'node:path'
import { CorruptDataError, StorageError } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { LogFile } from './log-file'
import type { OpenFiles } from './open-files'

export interface LogFileQueueOptions {
  readonly folder: string
  /** The folder above which nothing is made here; `folder` or one that it is in. */
  readonly rootFolder: string
  readonly fileBytes: number
  /** The key that sets `fileBytes`, for the sentence that says why a folder does not open. */
  readonly fileBytesKey: string
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

  constructor(
    private readonly options: LogFileQueueOptions,
    private readonly disk: Disk,
    private readonly openFiles: OpenFiles,
  ) {}

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

  /**
   * Finds the files that are there. An empty last one, all that a crash leaves of a file in the making, is removed.
   * Throws CorruptDataError for a file of another size and for a gap.
   */
  load(): void {
    const { folder } = this.options
    const names = this.disk.list(folder).filter(name => !this.disk.isFolder(path.join(folder, name)))
    names.forEach((name, index) => this.loadFile(name, index === names.length - 1))
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

  indexOf(file: LogFile): number {
    return this.files.indexOf(file)
  }

  /** The file for the byte at `offset`, made if it is the next one, or the first of all. */
  findOrCreate(offset: number): LogFile {
    return this.find(offset) ?? this.create(offset)
  }

  /** Files that lie wholly before `offset`, the oldest first. */
  before(offset: number): readonly LogFile[] {
    return this.files.filter(file => file.endOffset <= offset)
  }

  /** Removes the oldest file; those who read it read on. */
  removeFirst(): void {
    this.files.shift()?.remove()
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

  /** Removes every file. */
  clear(): void {
    for (const file of this.files.splice(0)) file.remove()
  }

  /** The names of new files survive a loss of power. */
  syncFolders(): void {
    for (const folder of this.unsyncedFolders) this.disk.syncFolder(folder)
    this.unsyncedFolders.clear()
  }

  close(): void {
    for (const file of this.files) file.closeIfIdle()
  }

  private create(offset: number): LogFile {
    const startOffset = this.last?.endOffset ?? offset - (offset % this.options.fileBytes)
    if (this.last === null) this.makeFolder()
    this.unsyncedFolders.add(this.options.folder)
    const file = this.newFile(logFileName(startOffset), startOffset)
    file.create()
    this.files.push(file)
    return file
  }

  private makeFolder(): void {
    const { folder, rootFolder } = this.options
    this.disk.makeFolder(folder)
    for (let made = folder; made.startsWith(rootFolder); made = path.dirname(made)) this.unsyncedFolders.add(made)
  }

  private loadFile(name: string, isLast: boolean): void {
    const { folder, fileBytes, fileBytesKey } = this.options
    const filePath = path.join(folder, name)
    if (!/^\d+$/.test(name)) throw new StorageError(`${filePath} does not belong here: move it elsewhere`)
    const sizeBytes = this.disk.sizeBytes(filePath)
    if (sizeBytes === 0 && isLast) {
      this.disk.remove(filePath)
      return
    }
    if (sizeBytes !== fileBytes) {
      throw new StorageError(
        `${filePath} has ${sizeBytes ?? 0} bytes, not ${fileBytes}: set ${fileBytesKey} to what the store was made with`,
      )
    }
    const startOffset = Number(name)
    if (this.last !== null && this.last.endOffset !== startOffset) {
      throw new CorruptDataError(`a file is missing in ${folder}: ${name} does not follow ${this.last.path}`)
    }
    this.files.push(this.newFile(name, startOffset))
  }

  private newFile(name: string, startOffset: number): LogFile {
    const { folder, fileBytes } = this.options
    return new LogFile({ path: path.join(folder, name), startOffset, fileBytes }, this.disk, this.openFiles)
  }
}
