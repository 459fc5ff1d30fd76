import type { LogFile } from '../log-file/log-file'
import { TailSegment } from './tail-segment'

const SEGMENT_BYTES = 4 * 1024 ** 2
const SPARE_COUNT_MAX = 2

/**
 * The newest part of the CommitLog in memory, as segments in the order of the log. Memory is taken when it is needed:
 * an idle broker has none of it.
 *
 *   | TailSegment | TailSegment | … | TailSegment, growing |
 *   ^ leaves when the sum passes `bytesMax`                ^ records come in here
 */
export class HotTail {
  private readonly segments: TailSegment[] = []
  private readonly spares: Buffer[] = []
  private readonly segmentBytes: number
  private totalBytes = 0

  constructor(
    private readonly bytesMax: number,
    fileBytes: number,
  ) {
    this.segmentBytes = Math.min(SEGMENT_BYTES, fileBytes)
  }

  /** The segment in which `recordBytes` at `offset` of `file` are to be written, right behind what is there. */
  segmentFor(file: LogFile, offset: number, recordBytes: number): TailSegment {
    const newest = this.segments[this.segments.length - 1]
    if (
      newest !== undefined &&
      newest.file === file &&
      newest.endOffset === offset &&
      newest.usedBytes + recordBytes <= newest.bytes.length
    ) {
      return newest
    }
    return this.add(file, offset, recordBytes)
  }

  /** The segment that holds the byte at `offset`, or null. */
  find(offset: number): TailSegment | null {
    const segments = this.segments
    let low = 0
    let high = segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((segments[middle] as TailSegment).startOffset <= offset) low = middle
      else high = middle - 1
    }
    const segment = segments[low]
    return segment !== undefined && offset >= segment.startOffset && offset < segment.endOffset ? segment : null
  }

  /** Forgets what lies at or after `offset`: it was never written. Readers cannot have seen it. */
  truncate(offset: number): void {
    for (let newest = this.newest(); newest !== null && newest.endOffset > offset; newest = this.newest()) {
      if (newest.startOffset < offset) {
        newest.usedBytes = offset - newest.startOffset
        newest.writtenBytes = Math.min(newest.writtenBytes, newest.usedBytes)
        return
      }
      this.segments.pop()
      this.letGo(newest)
    }
  }

  clear(): void {
    for (const segment of this.segments.splice(0)) this.letGo(segment)
    this.spares.length = 0
  }

  private newest(): TailSegment | null {
    return this.segments[this.segments.length - 1] ?? null
  }

  private add(file: LogFile, offset: number, recordBytes: number): TailSegment {
    const bytes = this.memory(recordBytes)
    const segment = new TailSegment(bytes, file, offset, spare => this.recycle(spare))
    this.segments.push(segment)
    this.totalBytes += bytes.length
    while (this.totalBytes > this.bytesMax && this.dropOldest());
    return segment
  }

  /** The oldest segment leaves, unless its bytes are not in the file yet. */
  private dropOldest(): boolean {
    const oldest = this.segments[0]
    if (oldest === undefined || this.segments.length === 1 || oldest.writtenBytes < oldest.usedBytes) return false
    this.segments.shift()
    this.letGo(oldest)
    return true
  }

  private letGo(segment: TailSegment): void {
    this.totalBytes -= segment.bytes.length
    segment.release()
  }

  /** allocUnsafe: a reader gets only what a record has been written to. */
  private memory(recordBytes: number): Buffer {
    if (recordBytes > this.segmentBytes) return Buffer.allocUnsafeSlow(recordBytes)
    return this.spares.pop() ?? Buffer.allocUnsafeSlow(this.segmentBytes)
  }

  private recycle(bytes: Buffer): void {
    if (bytes.length === this.segmentBytes && this.spares.length < SPARE_COUNT_MAX) this.spares.push(bytes)
  }
}
