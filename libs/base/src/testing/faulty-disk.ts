import type { Disk } from '../disk'
import { StorageError } from '../errors'
import type { DiskFault, DiskOperation, DiskOperationKind } from './disk-fault'
import type { FaultyFileContent } from './faulty-file-content'
import { FaultyProcess } from './faulty-process'

/**
 * A disk in memory for tests of what happens when a real one fails. Processes come and go on it: each works with the
 * Disk that `process` gave it. `kill` is SIGKILL (the page cache stays), `losePower` leaves what was synced, and of the
 * rest the pages that the test chooses. Folders are durable at once; the name of a new file is when its folder is synced.
 */
export class FaultyDisk {
  /** Asked before every operation: a fault makes it fail. */
  fault: (operation: DiskOperation) => DiskFault | null = () => null
  /** As the kernel leaves a file system that it no longer trusts: what is there can be read, and nothing changed. */
  isReadOnly = false
  /** False where only files and folders one by one can be synced. */
  canSyncFileSystem = true
  /** What `space` says. */
  totalBytes = 1024 ** 4
  availableBytes = 1024 ** 4
  /** Where not all files are on the same disk. */
  availableBytesAt: (file: string) => number = () => this.availableBytes
  /** The time that files are said to be changed at. */
  nowMs: () => number = () => 0
  readonly contents = new Map<string, FaultyFileContent>()
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

  content(file: string): FaultyFileContent {
    const content = this.contents.get(file)
    if (content === undefined) throw new StorageError(`ENOENT: ${file}`)
    return content
  }
}
