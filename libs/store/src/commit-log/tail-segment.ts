import { ReferenceResourceCounter } from '../log-file/reference-resource-counter'
import type { LogFile } from '../log-file/log-file'

/**
 * A piece of the newest part of the CommitLog, in memory: whole records, one after the other, of one file. It is held
 * by the tail while it is part of it, and by every reader whose answer points into it; its memory is used again only
 * when all have let go.
 */
export class TailSegment {
  usedBytes = 0
  /** Of `usedBytes`, how many are in the file. */
  writtenBytes = 0
  private readonly references: ReferenceResourceCounter

  constructor(
    readonly bytes: Buffer,
    readonly file: LogFile,
    /** Of its first byte in the CommitLog. */
    readonly startOffset: number,
    recycle: (bytes: Buffer) => void,
  ) {
    this.references = new ReferenceResourceCounter(() => recycle(bytes))
  }

  get endOffset(): number {
    return this.startOffset + this.usedBytes
  }

  hold(): void {
    this.references.hold()
  }

  release(): void {
    this.references.release()
  }
}
