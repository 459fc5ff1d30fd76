import * as path from 'node:path'
import type { Disk, DiskFile, DiskSpace, Lock, ReadableFile } from '../disk'
import { StorageError } from '../errors'
import type { DiskFault, DiskOperation, DiskOperationKind } from './disk-fault'
import type { FaultyDisk } from './faulty-disk'
import { FaultyFileContent } from './faulty-file-content'

const changesFiles: ReadonlySet<DiskOperationKind> = new Set(['write', 'truncate', 'remove', 'rename'])
const READ_ONLY: DiskFault = { code: 'EROFS' }

/** The disk as one process sees it, as long as it lives. */
export class FaultyProcess implements Disk {
  private isAlive = true

  constructor(private readonly disk: FaultyDisk) {}

  die(): void {
    this.isAlive = false
  }

  open(file: string, options?: { readonly create?: boolean }): DiskFile {
    this.check({ kind: 'open', path: file, bytes: 0 })
    const { contents, folders, isReadOnly } = this.disk
    if (!contents.has(file)) {
      if (isReadOnly) throw new StorageError(`cannot open ${file}: EROFS`)
      if (options?.create !== true || !folders.has(path.dirname(file))) throw new StorageError(`ENOENT: ${file}`)
      contents.set(file, new FaultyFileContent())
    }
    return this.openFile(file, this.disk.content(file))
  }

  openForReading(file: string): ReadableFile {
    this.check({ kind: 'open', path: file, bytes: 0 })
    return this.openFile(file, this.disk.content(file))
  }

  exists(file: string): boolean {
    return this.disk.exists(file)
  }

  sizeBytes(file: string): number | null {
    return this.disk.contents.get(file)?.sizeBytes ?? null
  }

  modifiedMs(file: string): number | null {
    return this.disk.contents.get(file)?.modifiedMs ?? null
  }

  list(folder: string): readonly string[] {
    return [...this.disk.contents.keys(), ...this.disk.folders]
      .filter(entry => path.dirname(entry) === folder && entry !== folder)
      .map(entry => path.basename(entry))
      .sort()
  }

  isFolder(file: string): boolean {
    return this.disk.folders.has(file)
  }

  makeFolder(folder: string): void {
    const { folders } = this.disk
    for (let made = folder; !folders.has(made); made = path.dirname(made)) folders.add(made)
  }

  remove(file: string): void {
    this.check({ kind: 'remove', path: file, bytes: 0 })
    for (const entries of [this.disk.contents, this.disk.folders]) {
      for (const entry of [...entries.keys()]) {
        if (entry === file || entry.startsWith(`${file}/`)) entries.delete(entry)
      }
    }
  }

  async removeFile(file: string): Promise<void> {
    await Promise.resolve()
    this.remove(file)
  }

  rename(from: string, to: string): void {
    this.check({ kind: 'rename', path: from, bytes: 0 })
    for (const [file, content] of [...this.disk.contents]) {
      if (!isWithin(file, from)) continue
      this.disk.contents.set(to + file.slice(from.length), content)
      this.disk.contents.delete(file)
    }
    for (const folder of [...this.disk.folders]) {
      if (isWithin(folder, from) && this.disk.folders.delete(folder))
        this.disk.folders.add(to + folder.slice(from.length))
    }
  }

  async renameLater(from: string, to: string): Promise<void> {
    await Promise.resolve()
    this.rename(from, to)
  }

  readText(file: string): string | null {
    const content = this.disk.contents.get(file)
    if (content === undefined) return null
    const bytes = Buffer.alloc(content.sizeBytes)
    content.read(bytes, 0, bytes.length, 0)
    return bytes.toString()
  }

  writeText(file: string, text: string): void {
    this.check({ kind: 'write', path: file, bytes: text.length })
    const content = new FaultyFileContent()
    content.write(Buffer.from(text), 0)
    content.snapshot()()
    content.isNameDurable = true
    this.disk.contents.set(file, content)
  }

  syncFolder(folder: string): void {
    this.check({ kind: 'syncFolder', path: folder, bytes: 0 })
    for (const [file, content] of this.disk.contents) if (path.dirname(file) === folder) content.isNameDurable = true
  }

  async datasyncFolder(folder: string): Promise<void> {
    await this.disk.syncTime()
    this.syncFolder(folder)
  }

  /** All is on one file system. */
  async syncFileSystem(folder: string): Promise<boolean> {
    if (!this.disk.canSyncFileSystem) return false
    try {
      this.check({ kind: 'datasync', path: folder, bytes: 0 })
    } catch {
      return false
    }
    const synced = [...this.disk.contents.values()].map(content => ({ content, makeDurable: content.snapshot() }))
    await this.disk.syncTime()
    if (!this.isAlive) return false
    for (const { content, makeDurable } of synced) {
      makeDurable()
      content.isNameDurable = true
    }
    return true
  }

  space(file: string): DiskSpace {
    return { totalBytes: this.disk.totalBytes, availableBytes: this.disk.availableBytesAt(file) }
  }

  lock(file: string): Lock | null {
    const { locks } = this.disk
    if (locks.has(file)) return null
    locks.add(file)
    return { stop: () => Promise.resolve(this.isAlive && void locks.delete(file)).then(() => undefined) }
  }

  /** Throws if the process is dead or the test wants a fault; `take` is told what of a write happens before. */
  private check(operation: DiskOperation, take?: (takenBytes: number) => void): void {
    const name = `${operation.kind} ${operation.path}`
    if (!this.isAlive) throw new StorageError(`cannot ${name}: the process is dead`)
    const fault = this.disk.isReadOnly && changesFiles.has(operation.kind) ? READ_ONLY : this.disk.fault(operation)
    if (fault === null) return
    take?.(Math.min(fault.takenBytes ?? 0, operation.bytes))
    throw new StorageError(`cannot ${name}: ${fault.code}`)
  }

  private openFile(file: string, content: FaultyFileContent): DiskFile {
    let isOpen = true
    const check = (kind: DiskOperationKind, bytes: number, take?: (takenBytes: number) => void): void => {
      if (!isOpen) throw new StorageError(`cannot ${kind} ${file}: it is closed`)
      this.check({ kind, path: file, bytes }, take)
    }
    const write = (bytes: Uint8Array, at: number): void => {
      check('write', bytes.length, takenBytes => content.write(bytes.subarray(0, takenBytes), at))
      content.write(bytes, at)
      content.modifiedMs = this.disk.nowMs()
    }
    const readNow = (into: Uint8Array, intoAt: number, length: number, at: number): number => {
      check('read', length)
      return content.read(into, intoAt, length, at)
    }
    return {
      path: file,
      write,
      writev: (parts, at) => write(Buffer.concat(parts), at),
      readNow,
      read: (into, intoAt, length, at) => Promise.resolve().then(() => readNow(into, intoAt, length, at)),
      datasync: async () => {
        check('datasync', 0)
        const makeDurable = content.snapshot()
        await this.disk.syncTime()
        if (this.isAlive) makeDurable()
      },
      truncate: bytes => {
        check('truncate', bytes)
        content.truncate(bytes)
        content.modifiedMs = this.disk.nowMs()
      },
      sizeBytes: () => content.sizeBytes,
      close: () => {
        isOpen = false
      },
    }
  }
}

/** True for the folder itself, too. */
function isWithin(entry: string, folder: string): boolean {
  return entry === folder || entry.startsWith(`${folder}/`)
}
