import { ReferenceResourceCounter } from '../log-file/reference-resource-counter'

/** A piece of the CommitLog that was read from the disk; readers hold it as they hold a TailSegment. */
export class LogChunk {
  /** True when the bytes are here, false when their file is gone; rejects when the disk fails. */
  arrival: Promise<boolean> = Promise.resolve(false)
  private readonly references: ReferenceResourceCounter

  constructor(
    /** At least `endOffset - startOffset` long. */
    readonly bytes: Buffer,
    readonly startOffset: number,
    readonly endOffset: number,
    recycle: (bytes: Buffer) => void,
  ) {
    this.references = new ReferenceResourceCounter(() => recycle(bytes))
  }

  holds(fromOffset: number, untilOffset: number): boolean {
    return fromOffset >= this.startOffset && untilOffset <= this.endOffset
  }

  hold(): void {
    this.references.hold()
  }

  release(): void {
    this.references.release()
  }
}
