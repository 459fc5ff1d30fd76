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
  modifiedMs = 0
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
    const pages = [...this.dirtyPages].map(([index, change]) => ({ index, change, page: copyOf(this.pages.get(index)) }))
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
      if (index * PAGE_BYTES < this.durableBytes) this.pages.set(index, Buffer.from(page))
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
 * A disk in memory for tests of what happens when a real one fails. Processes come and go on it: `kill` is SIGKILL (the
 * page cache stays), `losePower` leaves what was synced, and of the rest the pages that the test chooses. Folders are
 * durable at once; the name of a new file is when its folder is synced.
 */
export class FaultyDisk implements Disk {
  /** Asked before every operation: a fault makes it fail. */
  fault: (operation: DiskOperation) => DiskFault | null = () => null
  /** What `space` says. */
  totalBytes = 1024 ** 4
  availableBytes = 1024 ** 4
  private readonly contents = new Map<string, FileContent>()
  private readonly folders = new Set<string>(['/'])
  private readonly locks = new Set<string>()
  private process = {}
  private heldSyncs: (() => void)[] | null = null

  /** The process dies: its files are closed, its locks gone; what it wrote is in the page cache. */
  kill(): void {
    this.process = {}
    this.locks.clear()
    this.heldSyncs = null
  }

  /** As `kill`, and the page cache is lost too, save the pages for which `survives`. */
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

  flipBit(file: string, bit: number): void {
    const byte = Buffer.alloc(1)
    this.content(file).read(byte, 0, 1, bit >> 3)
    byte.writeUInt8(byte.readUInt8(0) ^ (1 << (bit & 7)), 0)
    this.content(file).write(byte, bit >> 3)
  }

  open(file: string, options?: { readonly create?: boolean }): DiskFile {
    this.check('open', file, 0)
    if (!this.contents.has(file)) {
      if (options?.create !== true || !this.folders.has(path.dirname(file))) throw new StorageError(`ENOENT: ${file}`)
      this.contents.set(file, new FileContent())
    }
    return this.openFile(file, this.content(file))
  }

  exists(file: string): boolean {
    return this.contents.has(file) || this.folders.has(file)
  }

  sizeBytes(file: string): number | null {
    return this.contents.get(file)?.sizeBytes ?? null
  }

  modifiedMs(file: string): number | null {
    return this.contents.get(file)?.modifiedMs ?? null
  }

  list(folder: string): readonly string[] {
    const entries = [...this.contents.keys(), ...this.folders].filter(entry => path.dirname(entry) === folder)
    return entries
      .filter(entry => entry !== folder)
      .map(entry => path.basename(entry))
      .sort()
  }

  isFolder(file: string): boolean {
    return this.folders.has(file)
  }

  makeFolder(folder: string): void {
    for (let made = folder; !this.folders.has(made); made = path.dirname(made)) this.folders.add(made)
  }

  remove(file: string): void {
    this.check('remove', file, 0)
    for (const entry of [...this.contents.keys()]) if (isWithin(entry, file)) this.contents.delete(entry)
    for (const entry of [...this.folders]) if (isWithin(entry, file)) this.folders.delete(entry)
  }

  rename(from: string, to: string): void {
    this.contents.set(to, this.content(from))
    this.contents.delete(from)
  }

  readText(file: string): string | null {
    const content = this.contents.get(file)
    if (content === undefined) return null
    const bytes = Buffer.alloc(content.sizeBytes)
    content.read(bytes, 0, bytes.length, 0)
    return bytes.toString()
  }

  writeText(file: string, text: string): void {
    const content = new FileContent()
    this.check('write', file, text.length)
    content.write(Buffer.from(text), 0)
    content.snapshot()()
    content.isNameDurable = true
    this.contents.set(file, content)
  }

  syncFolder(folder: string): void {
    this.check('syncFolder', folder, 0)
    for (const [file, content] of this.contents) if (path.dirname(file) === folder) content.isNameDurable = true
  }

  space(): DiskSpace {
    return { totalBytes: this.totalBytes, availableBytes: this.availableBytes }
  }

  lock(file: string): Lock | null {
    if (this.locks.has(file)) return null
    this.locks.add(file)
    const { process } = this
    return {
      stop: () => {
        if (process === this.process) this.locks.delete(file)
        return Promise.resolve()
      },
    }
  }

  private content(file: string): FileContent {
    const content = this.contents.get(file)
    if (content === undefined) throw new StorageError(`ENOENT: ${file}`)
    return content
  }

  /** Throws the fault that the test wants; returns how many bytes of a write are taken before. */
  private check(kind: DiskOperationKind, file: string, bytes: number, take?: (takenBytes: number) => void): void {
    const fault = this.fault({ kind, path: file, bytes })
    if (fault === null) return
    take?.(Math.min(fault.takenBytes ?? 0, bytes))
    throw new StorageError(`cannot ${kind} ${file}: ${fault.code}`)
  }

  private openFile(file: string, content: FileContent): DiskFile {
    const { process } = this
    let isOpen = true
    const during = (kind: DiskOperationKind, bytes: number, take?: (takenBytes: number) => void): void => {
      if (!isOpen || process !== this.process) throw new StorageError(`cannot ${kind} ${file}: it is closed`)
      this.check(kind, file, bytes, take)
    }
    const write = (bytes: Uint8Array, at: number): void => {
      during('write', bytes.length, takenBytes => content.write(bytes.subarray(0, takenBytes), at))
      content.write(bytes, at)
    }
    const readNow = (into: Uint8Array, intoAt: number, length: number, at: number): number => {
      during('read', length)
      return content.read(into, intoAt, length, at)
    }
    return {
      path: file,
      write,
      writev: (parts, at) => write(Buffer.concat(parts), at),
      readNow,
      read: async (into, intoAt, length, at) => {
        await Promise.resolve()
        return readNow(into, intoAt, length, at)
      },
      datasync: async () => {
        during('datasync', 0)
        const makeDurable = content.snapshot()
        await new Promise<void>(resolve => {
          if (this.heldSyncs === null) resolve()
          else this.heldSyncs.push(resolve)
        })
        if (process === this.process) makeDurable()
      },
      truncate: bytes => {
        during('truncate', bytes)
        content.truncate(bytes)
      },
      sizeBytes: () => content.sizeBytes,
      close: () => {
        isOpen = false
      },
    }
  }
}

function isWithin(entry: string, folder: string): boolean {
  return entry === folder || entry.startsWith(`${folder}/`)
}
