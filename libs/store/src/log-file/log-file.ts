import type { Disk, DiskFile } from '@rocketmq-ts/base'
import type { Closable, OpenFiles } from './open-files'
import { ReferenceResourceCounter } from './reference-resource-counter'

export interface LogFileOptions {
  readonly path: string
  /** Of its first byte in the stream that the files make up; the file's name says the same. */
  readonly startOffset: number
  /** Its size on the disk from the first day, and for ever. */
  readonly fileBytes: number
}

/**
 * One file of fixed size out of a stream of files (Java: MappedFile; nothing is memory-mapped here). Offsets are those
 * of the stream. The descriptor is opened at first use, and again after `OpenFiles` has closed it.
 */
export class LogFile implements Closable {
  readonly path: string
  readonly startOffset: number
  readonly endOffset: number
  private file: DiskFile | null = null
  private operationCount = 0
  private isClosing = false
  private readonly references = new ReferenceResourceCounter(() => this.letGo())

  constructor(
    { path, startOffset, fileBytes }: LogFileOptions,
    private readonly disk: Disk,
    private readonly openFiles: OpenFiles,
  ) {
    this.path = path
    this.startOffset = startOffset
    this.endOffset = startOffset + fileBytes
  }

  /** Makes the file at its full size: sparse, all zeros. */
  create(): void {
    this.file = this.disk.open(this.path, { create: true })
    this.openFiles.opened(this)
    this.file.truncate(this.endOffset - this.startOffset)
  }

  write(bytes: Uint8Array, offset: number): void {
    this.open().write(bytes, offset - this.startOffset)
  }

  readNow(into: Uint8Array, intoAt: number, length: number, offset: number): number {
    return this.open().readNow(into, intoAt, length, offset - this.startOffset)
  }

  async read(into: Uint8Array, intoAt: number, length: number, offset: number): Promise<number> {
    return this.during(file => file.read(into, intoAt, length, offset - this.startOffset))
  }

  async datasync(): Promise<void> {
    return this.during(file => file.datasync())
  }

  /**
   * Zeros from `offset` to the end, at no cost: no stale record there can be taken for a new one. Between the two steps
   * the file is short; a crash there is what `LogFileLoad.mayBeShort` is for.
   */
  clearFrom(offset: number): void {
    const file = this.open()
    file.truncate(offset - this.startOffset)
    file.truncate(this.endOffset - this.startOffset)
  }

  /** Takes the file away; whoever still reads it reads on. */
  remove(): void {
    this.disk.remove(this.path)
    this.references.release()
  }

  /** Lets go of the descriptor; the next use opens it again. */
  closeIfIdle(): boolean {
    if (this.operationCount > 0) return false
    this.letGo()
    return true
  }

  /** Closes the file, as soon as the operations under way have ended. */
  close(): void {
    this.isClosing = !this.closeIfIdle()
  }

  private open(): DiskFile {
    if (this.file === null) {
      this.file = this.disk.open(this.path)
      this.openFiles.opened(this)
    }
    return this.file
  }

  private async during<T>(operation: (file: DiskFile) => Promise<T>): Promise<T> {
    const file = this.open()
    this.references.hold()
    this.operationCount += 1
    try {
      return await operation(file)
    } finally {
      this.operationCount -= 1
      this.references.release()
      if (this.isClosing) this.close()
    }
  }

  private letGo(): void {
    this.openFiles.closed(this)
    const file = this.file
    this.file = null
    file?.close()
  }
}
