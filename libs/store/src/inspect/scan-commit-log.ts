import { StorageError } from '@rocketmq-ts/base'
import { StoredMessageMagic, matchesPropertyCrc } from '@rocketmq-ts/protocol'
import { RECORD_BYTES_MIN, checkRecord } from '../commit-log/check-record'
import type { RecordToDispatch } from '../commit-log/check-record'
import { BLANK_BYTES } from '../commit-log/commit-log'
import { RECORD_HEAD_BYTES, isRecordOf } from '../commit-log/record-fields'
import { CommitLogFileTally } from './commit-log-file-tally'
import { FileWindow } from './file-window'
import { findRecord } from './find-record'
import type { Problems } from './problems'
import type { CommitLogFileReport, CommitLogReport } from './store-report'
import { bytesAt } from './stored-file'
import type { StoredFile } from './stored-file'

const CHUNK_BYTES = 4 * 1024 ** 2
/** A longer record is not looked into: it would have to be in memory as a whole. */
const RECORD_BYTES_MAX = 128 * 1024 ** 2

export interface ScanCommitLogOptions {
  readonly files: readonly StoredFile[]
  readonly problems: Problems
  readonly checksCrc: boolean
  /** Every record in its order, and its bytes, borrowed until it returns. */
  readonly onRecord: (record: RecordToDispatch, bytes: Buffer) => void
  /** True if a queue leads to the record: then it is one, whatever lies before it. */
  readonly isKnown: (record: RecordToDispatch) => boolean
  /** Called about once per chunk. */
  readonly onProgress: (doneBytes: number) => void
}

/** A blank that closes a file, or why what is there is neither a blank nor a record. */
type NoRecord = 'blank' | { readonly reason: string }

/**
 * Goes through the log from front to back. Unlike recovery it does not stop at the first bad byte: where a later file
 * begins with a record, or a queue leads to a record behind it, the bytes in between are damaged; else the log ends
 * there, as recovery would have it.
 */
export function scanCommitLog(options: ScanCommitLogOptions): CommitLogReport {
  return new CommitLogScan(options).run()
}

class CommitLogScan {
  private readonly window = new FileWindow(CHUNK_BYTES)
  /** Looks ahead without taking from `window` what it has. */
  private readonly lookAhead = new FileWindow(CHUNK_BYTES)
  private readonly lastFileWithRecords: StoredFile | null
  /** Up to here it is known that the log goes on. */
  private knownOffset = 0
  private end: CommitLogReport['end']
  private progressOffset = 0
  /** Those of the record at hand. */
  private recordBytes: Buffer = Buffer.alloc(0)

  constructor(private readonly options: ScanCommitLogOptions) {
    const { files } = options
    this.lastFileWithRecords = [...files].reverse().find(file => beginsWithRecord(files, file)) ?? null
    this.end = { offset: files[0]?.startOffset ?? 0, reason: null }
  }

  run(): CommitLogReport {
    const files = this.options.files.map(file => this.scanFile(file))
    return {
      files,
      sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      startOffset: files[0]?.startOffset ?? 0,
      recordCount: files.reduce((sum, { recordCount }) => sum + recordCount, 0),
      recordBytes: files.reduce((sum, { recordBytes }) => sum + recordBytes, 0),
      firstStoreTimestamp: files.find(({ recordCount }) => recordCount > 0)?.firstStoreTimestamp ?? null,
      lastStoreTimestamp: files.findLast(({ recordCount }) => recordCount > 0)?.lastStoreTimestamp ?? null,
      end: this.end,
    }
  }

  private scanFile(file: StoredFile): CommitLogFileReport {
    const tally = new CommitLogFileTally(file)
    let offset = file.startOffset
    try {
      while (offset < file.endOffset) {
        const found = this.at(file, offset)
        if (found === 'blank') return this.close(tally, file.endOffset)
        if ('reason' in found) {
          const next = this.whereItGoesOn(file, offset)
          if (next === null) return this.close(tally, offset, found.reason)
          this.reportDamage(tally, { fromOffset: offset, untilOffset: next, reason: found.reason })
          offset = next
        } else {
          tally.count(found)
          this.options.onRecord(found, this.recordBytes)
          offset += found.recordBytes
        }
        this.progress(offset)
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      if (!file.isGone) this.options.problems.add('file', () => error.message)
    }
    return this.close(tally, offset)
  }

  /** What is at `offset`. Its CRC may be wrong, which is a problem of that record alone. */
  private at(file: StoredFile, offset: number): RecordToDispatch | NoRecord {
    const head = this.window.bytes(file, offset, Math.min(RECORD_HEAD_BYTES, file.endOffset - offset))
    if (head === null || head.length < BLANK_BYTES) return { reason: 'the file ends without a blank' }
    const recordBytes = head.readInt32BE(0)
    const magic = head.readInt32BE(4)
    if (magic === StoredMessageMagic.BLANK && recordBytes === file.endOffset - offset) return 'blank'
    if (recordBytes === 0 && magic === 0) return { reason: 'zeros' }
    if (recordBytes < RECORD_BYTES_MIN || recordBytes > file.endOffset - offset) {
      return { reason: `a length of ${recordBytes} bytes` }
    }
    if (!isRecordOf(head, 0, offset)) {
      const reason = checkRecord(head, offset, false)
      return { reason: typeof reason === 'string' ? reason : 'no record' }
    }
    if (recordBytes > RECORD_BYTES_MAX) return { reason: `a record of ${recordBytes} bytes, too long to be checked` }
    const bytes = this.window.bytes(file, offset, recordBytes)
    if (bytes === null) return { reason: 'the file ends within a record' }
    this.recordBytes = bytes
    return this.checked(bytes, offset)
  }

  private checked(bytes: Buffer, offset: number): RecordToDispatch | NoRecord {
    const { checksCrc, problems } = this.options
    const record = checkRecord(bytes, offset, checksCrc)
    if (typeof record !== 'string') {
      if (checksCrc && matchesPropertyCrc(bytes) === false) {
        problems.add('crc', () => `the record at ${offset}: the CRC in its properties is another`)
      }
      return record
    }
    const withoutCrc = checksCrc ? checkRecord(bytes, offset, false) : record
    if (typeof withoutCrc === 'string') return { reason: withoutCrc }
    problems.add('crc', () => `the record at ${offset} (${nameOf(withoutCrc)}): ${record}`)
    return withoutCrc
  }

  /** Where behind the bad bytes at `offset` records are that belong to the log; null if it ends here. */
  private whereItGoesOn(file: StoredFile, offset: number): number | null {
    const next = findRecord(this.window, file, offset + 1)
    const isInside = this.lastFileWithRecords !== null && file.startOffset < this.lastFileWithRecords.startOffset
    if (isInside) return next ?? file.endOffset
    if (next === null) return null
    if (next >= this.knownOffset) this.knownOffset = this.firstKnown(file, next) ?? 0
    return next <= this.knownOffset ? next : null
  }

  /** The first record from `fromOffset` on that a queue leads to. */
  private firstKnown(file: StoredFile, fromOffset: number): number | null {
    for (let offset: number | null = fromOffset; offset !== null;) {
      const head = this.lookAhead.bytes(file, offset, RECORD_HEAD_BYTES)
      const recordBytes = head?.readInt32BE(0) ?? 0
      const isLong = recordBytes > RECORD_BYTES_MAX || recordBytes < RECORD_BYTES_MIN
      const bytes = isLong ? null : this.lookAhead.bytes(file, offset, recordBytes)
      const record = bytes === null ? '' : checkRecord(bytes, offset, false)
      if (typeof record !== 'string' && this.options.isKnown(record)) return offset
      const nextOffset: number = typeof record === 'string' ? offset + 1 : offset + record.recordBytes
      offset = findRecord(this.lookAhead, file, nextOffset)
    }
    return null
  }

  private reportDamage(
    tally: CommitLogFileTally,
    { fromOffset, untilOffset, reason }: { fromOffset: number; untilOffset: number; reason: string },
  ): void {
    tally.damaged(fromOffset, reason)
    this.options.problems.add(
      'record',
      () => `${tally.file.path}: from ${fromOffset} to ${untilOffset} there is no record, but ${reason}`,
    )
  }

  private close(tally: CommitLogFileTally, endOffset: number, reason: string | null = null): CommitLogFileReport {
    if (tally.recordCount > 0 || tally.file.startOffset === this.end.offset) {
      this.end = { offset: endOffset, reason: reason === 'zeros' ? null : reason }
    }
    return tally.report(endOffset)
  }

  private progress(offset: number): void {
    if (offset - this.progressOffset < CHUNK_BYTES) return
    this.progressOffset = offset
    this.options.onProgress(offset - (this.options.files[0]?.startOffset ?? 0))
  }
}

function beginsWithRecord(files: readonly StoredFile[], { startOffset }: StoredFile): boolean {
  const head = bytesAt(files, startOffset, RECORD_HEAD_BYTES)
  return head !== null && isRecordOf(head, 0, startOffset)
}

/** A record, as people find it. */
export function nameOf({ topic, queueId, queueOffset }: RecordToDispatch): string {
  return `message ${queueOffset} of ${topic} queue ${queueId}`
}
