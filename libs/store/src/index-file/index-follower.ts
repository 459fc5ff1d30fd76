import type { Clock, Log } from '@rocketmq-ts/base'
import { StoredMessageMagic } from '@rocketmq-ts/protocol'
import { BLANK_BYTES } from '../commit-log/commit-log'
import type { CommitLog } from '../commit-log/commit-log'
import { RECORD_HEAD_BYTES } from '../commit-log/record-fields'
import type { PutTurns } from '../put-message/put-turns'
import type { LastIndexedRecord } from './index-file'
import type { IndexFiles } from './index-files'
import { RecordKeys } from './record-keys'

/** Read from the disk in one go: small enough to be worked off in about a millisecond. */
const READ_BYTES = 256 * 1024
/** Records between two looks at the clock. */
const STEP_COUNT = 64

export interface IndexFollowerDeps {
  readonly clock: Clock
  readonly log: Log
  readonly commitLog: Pick<CommitLog, 'segmentAt' | 'readInto' | 'nextFileOffset' | 'minOffset'>
  readonly turns: Pick<PutTurns, 'publishedEndOffset'>
  readonly files: Pick<IndexFiles, 'put' | 'newest'>
}

/**
 * Goes along the CommitLog behind what is published, and indexes record by record: from the newest part of the log in
 * memory, as a rule in the turn in which a record came; from the disk what an earlier process left undone.
 *
 *   | indexed | to be indexed | placed, not published |
 *             ^ nextOffset    ^ publishedEndOffset
 */
export class IndexFollower {
  private nextOffset = 0
  /** Of the record at `nextOffset`, how many entries there are already. */
  private skipCount = 0
  private readonly record = new RecordKeys()
  private readBuffer: Buffer | null = null

  constructor(private readonly deps: IndexFollowerDeps) {}

  /** The last record may be indexed in part: it is where to go on. Without one, the log is indexed from its beginning. */
  beginAt(last: LastIndexedRecord | null): void {
    this.nextOffset = last?.physicalOffset ?? 0
    this.skipCount = last?.entryCount ?? 0
  }

  get behindBytes(): number {
    return Math.max(0, this.deps.turns.publishedEndOffset - Math.max(this.nextOffset, this.deps.commitLog.minOffset))
  }

  /** True if memory has what comes next. */
  get isInMemory(): boolean {
    return this.deps.commitLog.segmentAt(this.nextOffset) !== null
  }

  /** Indexes what memory has, for about `stretchMs` at most. Throws StorageError. */
  followInMemory(stretchMs: number): void {
    const { clock, commitLog, turns } = this.deps
    const untilMs = clock.monotonicMs() + stretchMs
    while (this.nextOffset < turns.publishedEndOffset) {
      const segment = commitLog.segmentAt(this.nextOffset)
      if (segment === null) return
      const endOffset = Math.min(turns.publishedEndOffset, segment.endOffset)
      for (let count = 0; count < STEP_COUNT && this.nextOffset < endOffset; count += 1) {
        this.indexRecord(segment.bytes, this.nextOffset - segment.startOffset)
      }
      if (clock.monotonicMs() > untilMs) return
    }
  }

  /** Reads a piece of the log from the disk and indexes it. Rejects with StorageError. */
  async followOnDisk(): Promise<void> {
    const { commitLog, turns } = this.deps
    if (this.nextOffset < commitLog.minOffset) this.beginAt({ physicalOffset: commitLog.minOffset, entryCount: 0 })
    const fromOffset = this.nextOffset
    const endOffset = Math.min(turns.publishedEndOffset, commitLog.nextFileOffset(fromOffset))
    this.readBuffer ??= Buffer.allocUnsafeSlow(READ_BYTES)
    const piece = this.readBuffer.subarray(0, Math.min(READ_BYTES, endOffset - fromOffset))
    if (!(await commitLog.readInto(piece, fromOffset))) {
      this.leaveOut('its file is gone')
      return
    }
    while (this.nextOffset < endOffset && this.holdsRecord(piece, this.nextOffset - fromOffset)) {
      this.indexRecord(piece, this.nextOffset - fromOffset)
    }
    if (this.nextOffset === fromOffset && fromOffset < endOffset) await this.followLongRecord(piece, endOffset)
  }

  /** Lets go of the memory that is needed only now and then. */
  rest(): void {
    this.readBuffer = null
  }

  /** A record that no piece has room for. */
  private async followLongRecord(piece: Buffer, endOffset: number): Promise<void> {
    const recordBytes = piece.length < 4 ? 0 : piece.readInt32BE(0)
    if (recordBytes <= piece.length || this.nextOffset + recordBytes > endOffset) {
      this.leaveOut('no record begins here')
      return
    }
    const bytes = Buffer.allocUnsafeSlow(recordBytes)
    if (await this.deps.commitLog.readInto(bytes, this.nextOffset)) this.indexRecord(bytes, 0)
  }

  private holdsRecord(piece: Buffer, at: number): boolean {
    if (at + BLANK_BYTES > piece.length) return false
    if (piece.readInt32BE(at + 4) === StoredMessageMagic.BLANK) return true
    return at + RECORD_HEAD_BYTES <= piece.length && at + piece.readInt32BE(at) <= piece.length
  }

  /** Indexes what lies at `at` of `bytes`, the record of `nextOffset`, and moves behind it. */
  private indexRecord(bytes: Buffer, at: number): void {
    const { record, nextOffset } = this
    const { commitLog, files } = this.deps
    if (bytes.readInt32BE(at + 4) === StoredMessageMagic.BLANK) {
      this.nextOffset = commitLog.nextFileOffset(nextOffset)
      return
    }
    if (!record.read(bytes, at, nextOffset)) {
      this.leaveOut('no record begins here')
      return
    }
    const { keyHashes, keyCount, storeTimestamp } = record
    if (this.skipCount > 0) files.newest?.extendTo(nextOffset, storeTimestamp)
    for (let index = this.skipCount; index < keyCount; index += 1) {
      files.put(keyHashes[index] as number, nextOffset, storeTimestamp)
    }
    this.skipCount = 0
    this.nextOffset = nextOffset + record.recordBytes
  }

  /** Where the next record begins nobody knows, so the rest of the file is left out. */
  private leaveOut(reason: string): void {
    const { commitLog, log, turns } = this.deps
    const physicalOffset = this.nextOffset
    this.skipCount = 0
    this.nextOffset = Math.min(commitLog.nextFileOffset(physicalOffset), turns.publishedEndOffset)
    log.error({ physicalOffset, untilOffset: this.nextOffset, reason }, 'messages of the CommitLog are not indexed')
  }
}
