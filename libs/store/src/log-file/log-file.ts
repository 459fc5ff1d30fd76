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
  /** Of those who hold it beside its owner. */
  private readerCount = 0
  private isClosing = false
  private readonly references = new ReferenceResourceCounter(() => this.onUnused())
  private tellUnused: (() => void) | null = null

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

  get isInUse(): boolean {
    return this.readerCount > 0
  }

  /** Keeps the file and its descriptor until `release`. */
  hold(): void {
    this.references.hold()
    this.readerCount += 1
  }

  release(): void {
    this.readerCount -= 1
    this.references.release()
    if (this.isClosing) this.close()
  }

  /** Takes the file away; whoever still reads it reads on. */
  remove(): void {
    this.disk.remove(this.path)
    this.references.release()
  }

  /**
   * For a file that no reader finds any more: resolves when the last one is done and the descriptor closed. The file is
   * then the caller's, to be taken off the disk.
   */
  abandon(): Promise<void> {
    return new Promise(resolve => {
      this.tellUnused = resolve
      this.references.release()
    })
  }

  /** Lets go of the descriptor; the next use opens it again. */
  closeIfIdle(): boolean {
    if (this.isInUse) return false
    this.letGo()
    return true
  }

  /** Closes the file, as soon as its readers are done. */
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
    this.hold()
    try {
      return await operation(file)
    } finally {
      this.release()
    }
  }

  private onUnused(): void {
    this.letGo()
    this.tellUnused?.()
  }

  private letGo(): void {
    this.openFiles.closed(this)
    const file = this.file
    this.file = null
    file?.close()
  }
}
