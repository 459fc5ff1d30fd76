import type { CommitLog } from '../commit-log/commit-log'
import { LogChunk } from './log-chunk'
import type { ReadBufferPool } from './read-buffer-pool'

/** What is read at once when a reader goes on where another read ended. */
const READ_AHEAD_BYTES = 256 * 1024
/** So near behind a chunk a read goes on with it: readers of several queues leave out what is not theirs. */
const GOES_ON_BYTES = 64 * 1024
const KEPT_BYTES_MAX = 16 * 1024 ** 2

/**
 * Reads old parts of the CommitLog. The messages of many queues lie mixed in one log, and their consumers mostly come by
 * together: what one of them made the disk give is kept a while for the others. Who asks for a place by itself gets
 * just that; who goes on where a read ended gets more than it asked for.
 */
export class ReadAhead {
  /** Least recently used first. */
  private readonly chunks: LogChunk[] = []
  private keptBytes = 0

  constructor(
    private readonly commitLog: Pick<CommitLog, 'readInto' | 'nextFileOffset' | 'writtenOffset'>,
    private readonly pool: ReadBufferPool,
  ) {}

  /** A chunk with these bytes of one file, held for the caller; null if the file is gone. Throws StorageError. */
  async chunkWith(fromOffset: number, untilOffset: number): Promise<LogChunk | null> {
    const chunk = this.find(fromOffset, untilOffset) ?? this.read(fromOffset, untilOffset)
    chunk.hold()
    try {
      if (await chunk.arrival) return chunk
    } catch (error) {
      chunk.release()
      throw error
    }
    chunk.release()
    return null
  }

  private find(fromOffset: number, untilOffset: number): LogChunk | null {
    const { chunks } = this
    for (let index = chunks.length - 1; index >= 0; index -= 1) {
      const chunk = chunks[index] as LogChunk
      if (!chunk.holds(fromOffset, untilOffset)) continue
      if (index < chunks.length - 1) chunks.push(...chunks.splice(index, 1))
      return chunk
    }
    return null
  }

  private read(fromOffset: number, untilOffset: number): LogChunk {
    const endOffset = this.goesOn(fromOffset) ? this.readAheadEnd(fromOffset, untilOffset) : untilOffset
    const bytes = this.pool.take(endOffset - fromOffset)
    const chunk = new LogChunk(bytes, fromOffset, endOffset, spare => this.pool.giveBack(spare))
    chunk.hold()
    chunk.arrival = this.commitLog
      .readInto(bytes.subarray(0, endOffset - fromOffset), fromOffset)
      .then(
        isThere => {
          if (!isThere) this.drop(chunk)
          return isThere
        },
        (error: unknown) => {
          this.drop(chunk)
          throw error
        },
      )
      .finally(() => chunk.release())
    this.keep(chunk)
    return chunk
  }

  private goesOn(fromOffset: number): boolean {
    return this.chunks.some(
      ({ startOffset, endOffset }) => fromOffset >= startOffset && fromOffset <= endOffset + GOES_ON_BYTES,
    )
  }

  /** As far as the log and its file go: what is not written yet must not be kept. */
  private readAheadEnd(fromOffset: number, untilOffset: number): number {
    const { commitLog } = this
    const endOffset = Math.min(
      fromOffset + READ_AHEAD_BYTES,
      commitLog.nextFileOffset(fromOffset),
      commitLog.writtenOffset,
    )
    return Math.max(endOffset, untilOffset)
  }

  private keep(chunk: LogChunk): void {
    this.chunks.push(chunk)
    this.keptBytes += chunk.bytes.length
    while (this.keptBytes > KEPT_BYTES_MAX && this.chunks.length > 1) this.drop(this.chunks[0] as LogChunk)
  }

  private drop(chunk: LogChunk): void {
    const index = this.chunks.indexOf(chunk)
    if (index < 0) return
    this.chunks.splice(index, 1)
    this.keptBytes -= chunk.bytes.length
    chunk.release()
  }
}
