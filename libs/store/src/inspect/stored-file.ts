import { StorageError } from '@rocketmq-ts/base'
import type { Disk, ReadableFile } from '@rocketmq-ts/base'
import type { Closable, OpenFiles } from '../log-file/open-files'

/** What looking into a store takes of the disk: nothing that could change it. */
export type ReadOnlyDisk = Pick<Disk, 'exists' | 'isFolder' | 'list' | 'openForReading' | 'readText' | 'sizeBytes'>

export interface StoredFilePlace {
  readonly path: string
  /** Of its first byte in the stream that the files make up. */
  readonly startOffset: number
  readonly sizeBytes: number
}

/** A file that is only read; its descriptor comes and goes as with LogFile. */
export class StoredFile implements Closable {
  readonly path: string
  readonly startOffset: number
  readonly sizeBytes: number
  private file: ReadableFile | null = null

  constructor(
    { path, startOffset, sizeBytes }: StoredFilePlace,
    private readonly disk: ReadOnlyDisk,
    private readonly openFiles: OpenFiles,
  ) {
    this.path = path
    this.startOffset = startOffset
    this.sizeBytes = sizeBytes
  }

  get endOffset(): number {
    return this.startOffset + this.sizeBytes
  }

  /** True if the broker has deleted it since: what was in it is no longer missed. */
  get isGone(): boolean {
    return !this.disk.exists(this.path)
  }

  /** Fills `into` up to `length` with what lies at `offset` of the stream; returns how much there was. Throws StorageError. */
  read(into: Buffer, length: number, offset: number): number {
    if (this.file === null) {
      this.file = this.disk.openForReading(this.path)
      this.openFiles.opened(this)
    }
    let done = 0
    while (done < length) {
      const readBytes = this.file.readNow(into, done, length - done, offset - this.startOffset + done)
      if (readBytes === 0) break
      done += readBytes
    }
    return done
  }

  closeIfIdle(): boolean {
    this.openFiles.closed(this)
    this.file?.close()
    this.file = null
    return true
  }
}

/** The file that holds the byte at `offset`, or null. */
export function fileAt(files: readonly StoredFile[], offset: number): StoredFile | null {
  let low = 0
  let high = files.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((files[middle]?.endOffset ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  const file = files[low]
  return file !== undefined && file.startOffset <= offset ? file : null
}

/** The `length` bytes at `offset`, or null if they are not all in one file that can be read. */
export function bytesAt(files: readonly StoredFile[], offset: number, length: number): Buffer | null {
  const file = fileAt(files, offset)
  if (file === null || offset + length > file.endOffset) return null
  const bytes = Buffer.allocUnsafe(length)
  try {
    return file.read(bytes, length, offset) === length ? bytes : null
  } catch (error) {
    if (error instanceof StorageError) return null
    throw error
  }
}
