import type { TailSegment } from '../commit-log/tail-segment'
import { storeTimestampOf } from '../commit-log/record-fields'
import type { GetMessageResult, GetMessageStatus } from '../message-store'
import type { ReadBufferPool } from './read-buffer-pool'

/** The records that a get has collected, where they lie: segments of the hot tail, and buffers read from the disk. */
export class FoundMessages implements GetMessageResult {
  status: GetMessageStatus = 'NO_MATCHED_MESSAGE'
  nextBeginOffset = 0
  minOffset = 0
  maxOffset = 0
  readonly parts: Buffer[] = []
  bodyBytes = 0
  messageCount = 0
  suggestPullingFromSlave = false
  private readonly segments: TailSegment[] = []
  private readonly buffers: Buffer[] = []
  /** Adjacent records that are not a part yet: bytes from..until of `runBytes`. */
  private runBytes: Buffer | null = null
  private runFrom = 0
  private runUntil = 0
  private lastRecordAt = 0

  constructor(private readonly pool: ReadBufferPool) {}

  get lastStoreTimestamp(): number {
    return this.runBytes === null ? 0 : storeTimestampOf(this.runBytes, this.lastRecordAt)
  }

  /** Keeps the segment until `release`. */
  hold(segment: TailSegment): void {
    if (this.segments[this.segments.length - 1] === segment) return
    segment.hold()
    this.segments.push(segment)
  }

  /** The buffer goes back to the pool on `release`. */
  own(buffer: Buffer): void {
    this.buffers.push(buffer)
  }

  /** One more record: `recordBytes` at `at` of `bytes`, which is held or owned. */
  add(bytes: Buffer, at: number, recordBytes: number): void {
    if (bytes !== this.runBytes || at !== this.runUntil) {
      this.endRun()
      this.runBytes = bytes
      this.runFrom = at
    }
    this.runUntil = at + recordBytes
    this.lastRecordAt = at
    this.bodyBytes += recordBytes
    this.messageCount += 1
    this.status = 'FOUND'
  }

  /** The last run becomes a part too. Nothing is added any more. */
  endRun(): void {
    if (this.runBytes !== null) this.parts.push(this.runBytes.subarray(this.runFrom, this.runUntil))
  }

  release(): void {
    for (const segment of this.segments.splice(0)) segment.release()
    for (const buffer of this.buffers.splice(0)) this.pool.giveBack(buffer)
  }
}
