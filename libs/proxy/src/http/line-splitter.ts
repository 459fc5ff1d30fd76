const LINE_FEED = 0x0a
const EMPTY = Buffer.alloc(0)

export interface Line {
  /** From 1. */
  readonly number: number
  /** Without its end. Null: it is longer than it may be. */
  readonly bytes: Buffer | null
}

/** Lines out of a stream, however it is cut. Of a line that is too long nothing is kept. */
export class LineSplitter {
  private readonly parts: Buffer[] = []
  private bytes = 0
  private number = 1

  constructor(private readonly lineBytesMax: number) {}

  /** The lines that end in this chunk; it is borrowed until the next call. */
  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = []
    let at = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, at)) {
      this.add(chunk.subarray(at, end))
      lines.push(this.take())
      at = end + 1
    }
    this.add(Buffer.from(chunk.subarray(at)))
    return lines
  }

  /** The last line, when nothing ended it. */
  end(): readonly Line[] {
    return this.bytes === 0 ? [] : [this.take()]
  }

  private add(part: Buffer): void {
    this.bytes += part.length
    if (this.bytes > this.lineBytesMax) this.parts.length = 0
    else if (part.length > 0) this.parts.push(part)
  }

  private take(): Line {
    const parts = this.parts.splice(0)
    const isTooLong = this.bytes > this.lineBytesMax
    const [only = EMPTY, second] = parts
    const bytes = second === undefined ? only : Buffer.concat(parts)
    const line = { number: this.number, bytes: isTooLong ? null : bytes }
    this.number += 1
    this.bytes = 0
    return line
  }
}
