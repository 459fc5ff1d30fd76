import { storeTimestampOf } from '../commit-log/record-fields'
import type { GetMessageResult, GetMessageStatus } from '../message-store'

/** Memory with a part of the CommitLog: a TailSegment, or a LogChunk. */
interface HeldBytes {
  hold(): void
  release(): void
}

/** The records that a get has collected, where they lie: in segments of the hot tail, and in chunks read from the disk. */
export class FoundMessages implements GetMessageResult {
  status: GetMessageStatus = 'NO_MATCHED_MESSAGE'
  nextBeginOffset = 0
  minOffset = 0
  maxOffset = 0
  readonly parts: Buffer[] = []
  bodyBytes = 0
  messageCount = 0
  suggestPullingFromSlave = false
  private readonly held: HeldBytes[] = []
  /** Adjacent records that are not a part yet: bytes from..until of `runBytes`. */
  private runBytes: Buffer | null = null
  private runFrom = 0
  private runUntil = 0
  private lastRecordAt = 0

  get lastStoreTimestamp(): number {
    return this.runBytes === null ? 0 : storeTimestampOf(this.runBytes, this.lastRecordAt)
  }

  /** Keeps it until `release`. */
  hold(bytes: HeldBytes): void {
    if (this.held[this.held.length - 1] === bytes) return
    bytes.hold()
    this.held.push(bytes)
  }

  /** As `hold`, for what was held already: `release` lets it go. */
  adopt(bytes: HeldBytes): void {
    this.held.push(bytes)
  }

  /** One more record: `recordBytes` at `at` of `bytes`, which is held; as a rule one message. */
  add(bytes: Buffer, at: number, recordBytes: number, messageCount: number): void {
    if (bytes !== this.runBytes || at !== this.runUntil) {
      this.endRun()
      this.runBytes = bytes
      this.runFrom = at
    }
    this.runUntil = at + recordBytes
    this.lastRecordAt = at
    this.bodyBytes += recordBytes
    this.messageCount += messageCount
    this.status = 'FOUND'
  }

  /** The last run becomes a part too. Nothing is added any more. */
  endRun(): void {
    if (this.runBytes !== null) this.parts.push(this.runBytes.subarray(this.runFrom, this.runUntil))
  }

  release(): void {
    for (const bytes of this.held.splice(0)) bytes.release()
  }
}
