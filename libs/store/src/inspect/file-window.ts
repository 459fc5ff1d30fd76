import type { StoredFile } from './stored-file'

/** A piece of one file in memory, moved over it from front to back. */
export class FileWindow {
  private buffer = Buffer.alloc(0)
  private file: StoredFile | null = null
  private startOffset = 0
  private endOffset = 0

  constructor(private readonly chunkBytes: number) {}

  /** The `length` bytes at `offset`, borrowed until the next call; null if the file ends before. Throws StorageError. */
  bytes(file: StoredFile, offset: number, length: number): Buffer | null {
    if (file !== this.file || offset < this.startOffset || offset + length > this.endOffset) {
      if (offset + length > file.endOffset) return null
      this.moveTo(file, offset, Math.min(Math.max(length, this.chunkBytes), file.endOffset - offset))
      if (offset + length > this.endOffset) return null
    }
    const at = offset - this.startOffset
    return this.buffer.subarray(at, at + length)
  }

  /** What the window holds from `offset` on; a new piece when that is less than `length`. Null at the end of the file. */
  rest(file: StoredFile, offset: number, length: number): Buffer | null {
    if (this.bytes(file, offset, Math.min(length, file.endOffset - offset)) === null) return null
    return this.buffer.subarray(offset - this.startOffset, this.endOffset - this.startOffset)
  }

  private moveTo(file: StoredFile, offset: number, length: number): void {
    if (this.buffer.length < length) this.buffer = Buffer.allocUnsafeSlow(length)
    this.file = file
    this.startOffset = offset
    this.endOffset = offset + file.read(this.buffer, length, offset)
  }
}
