import * as path from 'node:path'
import type { Disk, DiskFile, DiskSpace, Lock } from '../disk'
import { StorageError } from '../errors'

const PAGE_BYTES = 4096

export type DiskOperationKind = 'open' | 'write' | 'read' | 'datasync' | 'truncate' | 'remove' | 'syncFolder'

export interface DiskOperation {
  readonly kind: DiskOperationKind
  readonly path: string
  /** Of a write or a read. */
  readonly bytes: number
}

export interface DiskFault {
  readonly code: 'EIO' | 'ENOSPC' | 'EROFS'
  /** Bytes of a write that the disk takes before it fails; 0 without it. */
  readonly takenBytes?: number
}

/** One file: what the page cache has, and what of it a loss of power would leave. */
class FileContent {
  sizeBytes = 0
  durableBytes = 0
  /** True when a loss of power leaves the name. */
  isNameDurable = false
  readonly pages = new Map<number, Buffer>()
  readonly durablePages = new Map<number, Buffer>()
  /** Not synced, with the number of the change that made them so. */
  readonly dirtyPages = new Map<number, number>()
  private changeCount = 0

  write(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length;) {
      const index = Math.floor((at + done) / PAGE_BYTES)
      const pageAt = (at + done) % PAGE_BYTES
      const length = Math.min(bytes.length - done, PAGE_BYTES - pageAt)
      this.pageToWrite(index).set(bytes.subarray(done, done + length), pageAt)
      done += length
    }
    this.sizeBytes = Math.max(this.sizeBytes, at + bytes.length)
  }

  read(into: Uint8Array, intoAt: number, length: number, at: number): number {
    const end = Math.min(at + length, this.sizeBytes)
    for (let next = at; next < end;) {
      const pageAt = next % PAGE_BYTES
      const count = Math.min(end - next, PAGE_BYTES - pageAt)
      const page = this.pages.get(Math.floor(next / PAGE_BYTES))
      const target = intoAt + next - at
      if (page === undefined) into.fill(0, target, target + count)
      else into.set(page.subarray(pageAt, pageAt + count), target)
      next += count
    }
    return Math.max(0, end - at)
  }

  truncate(bytes: number): void {
    for (const index of [...this.pages.keys()]) {
      if (index * PAGE_BYTES >= bytes) {
        this.pages.delete(index)
        this.soil(index)
      } else if ((index + 1) * PAGE_BYTES > bytes) this.pageToWrite(index).fill(0, bytes % PAGE_BYTES)
    }
    this.sizeBytes = bytes
  }

  /** Takes what there is now; the function that it returns makes that durable. */
  snapshot(): () => void {
    const pages = [...this.dirtyPages].map(([index, change]) => ({
      index,
      change,
      page: copyOf(this.pages.get(index)),
    }))
    const { sizeBytes } = this
    return () => {
      for (const { index, change, page } of pages) {
        setPage(this.durablePages, index, page)
        if (this.dirtyPages.get(index) === change) this.dirtyPages.delete(index)
      }
      this.durableBytes = sizeBytes
    }
  }

  /** Of the pages that nobody has synced, those stay for which `survives`. */
  losePower(survives: (pageIndex: number) => boolean): void {
    for (const index of this.dirtyPages.keys()) {
      if (survives(index)) setPage(this.durablePages, index, copyOf(this.pages.get(index)))
    }
    if (this.sizeBytes !== this.durableBytes && survives(-1)) this.durableBytes = this.sizeBytes
    this.dirtyPages.clear()
    this.pages.clear()
    this.sizeBytes = this.durableBytes
    for (const [index, page] of this.durablePages) {
      if (index * PAGE_BYTES >= this.durableBytes) this.durablePages.delete(index)
      else this.pages.set(index, Buffer.from(page))
    }
  }

  private pageToWrite(index: number): Buffer {
    let page = this.pages.get(index)
    if (page === undefined) {
      page = Buffer.alloc(PAGE_BYTES)
      this.pages.set(index, page)
    }
    this.soil(index)
    return page
  }

  private soil(index: number): void {
    this.changeCount += 1
    this.dirtyPages.set(index, this.changeCount)
  }
}

function copyOf(page: Buffer | undefined): Buffer | null {
  return page === undefined ? null : Buffer.from(page)
}

function setPage(pages: Map<number, Buffer>, index: number, page: Buffer | null): void {
  if (page === null) pages.delete(index)
  else pages.set(index, page)
}

/**
 * A disk in memory for tests of what happens when a real one fails. Processes come and go on it: each works with the
 * Disk that `process` gave it. `kill` is SIGKILL (the page cache stays), `losePower` leaves what was synced, and of the
 * rest the pages that the test chooses. Folders are durable at once; the name of a new file is when its folder is synced.
 */
export class FaultyDisk {
  /** Asked before every operation: a fault makes it fail. */
  fault: (operation: DiskOperation) => DiskFault | null = () => null
  /** What `space` says. */
  totalBytes = 1024 ** 4
  availableBytes = 1024 ** 4
  readonly contents = new Map<string, FileContent>()
  readonly folders = new Set<string>(['/'])
  readonly locks = new Set<string>()
  private living: FaultyProcess | null = null
  private heldSyncs: (() => void)[] | null = null

  /** The disk as a new process sees it. Kills the one before. */
  process(): Disk {
    this.kill()
    this.living = new FaultyProcess(this)
    return this.living
  }

  /** The process dies: what it wrote is in the page cache, its locks are gone, and nothing that it still tries happens. */
  kill(): void {
    this.living?.die()
    this.locks.clear()
    this.heldSyncs = null
  }

  /** As `kill`, and the page cache is lost too, save the pages for which `survives`; page -1 stands for name and size. */
  losePower(survives: (file: string, pageIndex: number) => boolean = () => false): void {
    this.kill()
    for (const [file, content] of this.contents) {
      if (!content.isNameDurable && !survives(file, -1)) this.contents.delete(file)
      else content.losePower(index => survives(file, index))
    }
  }

  /** The `nth` operation of a kind from now on fails, and only that one. */
  failNth(kind: DiskOperationKind, nth: number, fault: DiskFault): void {
    let count = 0
    this.fault = operation => {
      if (operation.kind !== kind) return null
      count += 1
      return count === nth ? fault : null
    }
  }

  /** The process dies with its `nth` operation from now on, which does not happen, or of a write only a part. */
  killAtNth(nth: number, takenBytes = 0): void {
    let count = 0
    this.fault = () => {
      count += 1
      if (count < nth) return null
      this.living?.die()
      return { code: 'EIO', takenBytes: count === nth ? takenBytes : 0 }
    }
  }

  /** From now on a datasync ends only when `releaseSyncs` is called. */
  holdSyncs(): void {
    this.heldSyncs ??= []
  }

  /** Ends those that are held, and holds no more. */
  releaseSyncs(): void {
    const held = this.heldSyncs ?? []
    this.heldSyncs = null
    for (const release of held) release()
  }

  /** Resolves when a datasync may end. */
  syncTime(): Promise<void> {
    return new Promise(resolve => {
      if (this.heldSyncs === null) resolve()
      else this.heldSyncs.push(resolve)
    })
  }

  flipBit(file: string, bit: number): void {
    const byte = Buffer.alloc(1)
    this.content(file).read(byte, 0, 1, bit >> 3)
    byte.writeUInt8(byte.readUInt8(0) ^ (1 << (bit & 7)), 0)
    this.content(file).write(byte, bit >> 3)
  }

  exists(file: string): boolean {
    return this.contents.has(file) || this.folders.has(file)
  }

  content(file: string): FileContent {
    const content = this.contents.get(file)
    if (content === undefined) throw new StorageError(`ENOENT: ${file}`)
    return content
  }
}

/** The disk as one process sees it, as long as it lives. */
class FaultyProcess implements Disk {
  private isAlive = true

  constructor(private readonly disk: FaultyDisk) {}

  die(): void {
    this.isAlive = false
  }

  open(file: string, options?: { readonly create?: boolean }): DiskFile {
    this.check({ kind: 'open', path: file, bytes: 0 })
    const { contents, folders } = this.disk
    if (!contents.has(file)) {
      if (options?.create !== true || !folders.has(path.dirname(file))) throw new StorageError(`ENOENT: ${file}`)
      contents.set(file, new FileContent())
    }
    return this.openFile(file, this.disk.content(file))
  }

  exists(file: string): boolean {
    return this.disk.exists(file)
  }

  sizeBytes(file: string): number | null {
    return this.disk.contents.get(file)?.sizeBytes ?? null
  }

  modifiedMs(file: string): number | null {
    return this.disk.contents.has(file) ? 0 : null
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

  rename(from: string, to: string): void {
    this.disk.contents.set(to, this.disk.content(from))
    this.disk.contents.delete(from)
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
    const content = new FileContent()
    content.write(Buffer.from(text), 0)
    content.snapshot()()
    content.isNameDurable = true
    this.disk.contents.set(file, content)
  }

  syncFolder(folder: string): void {
    this.check({ kind: 'syncFolder', path: folder, bytes: 0 })
    for (const [file, content] of this.disk.contents) if (path.dirname(file) === folder) content.isNameDurable = true
  }

  space(): DiskSpace {
    return { totalBytes: this.disk.totalBytes, availableBytes: this.disk.availableBytes }
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
    const fault = this.disk.fault(operation)
    if (fault === null) return
    take?.(Math.min(fault.takenBytes ?? 0, operation.bytes))
    throw new StorageError(`cannot ${name}: ${fault.code}`)
  }

  private openFile(file: string, content: FileContent): DiskFile {
    let isOpen = true
    const check = (kind: DiskOperationKind, bytes: number, take?: (takenBytes: number) => void): void => {
      if (!isOpen) throw new StorageError(`cannot ${kind} ${file}: it is closed`)
      this.check({ kind, path: file, bytes }, take)
    }
    const write = (bytes: Uint8Array, at: number): void => {
      check('write', bytes.length, takenBytes => content.write(bytes.subarray(0, takenBytes), at))
      content.write(bytes, at)
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
      },
      sizeBytes: () => content.sizeBytes,
      close: () => {
        isOpen = false
      },
    }
  }
}
