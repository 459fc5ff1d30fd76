import { StoredMessageMagic, matchesPropertyCrc } from '@rocketmq-ts/protocol'
import { RECORD_BYTES_MIN, checkRecord } from '../commit-log/check-record'
import type { RecordToDispatch } from '../commit-log/check-record'
import { BLANK_BYTES } from '../commit-log/commit-log'
import { RECORD_HEAD_BYTES, isRecordOf } from '../commit-log/record-fields'
import type { LogFile } from '../log-file/log-file'
import type { LogFileQueue } from '../log-file/log-file-queue'

const CHUNK_BYTES = 4 * 1024 ** 2

export interface WalkOptions {
  readonly files: LogFileQueue
  readonly fromOffset: number
  readonly checksCrc: boolean
  /** Whether the CRC over the whole record is checked too, where there is one. */
  readonly checksPropertyCrc: boolean
  /** The record is borrowed until it returns. */
  readonly onRecord: (record: RecordToDispatch) => void
  /** Called before a chunk is read, and waited for. */
  readonly onChunk: (offset: number) => Promise<void>
}

export interface WalkEnd {
  /** Behind the last valid record or blank. */
  readonly endOffset: number
  /** Why what follows is no record; null if nothing follows. */
  readonly reason: string | null
}

/** Goes from record to record until what follows is none: there the log ends. */
export async function walkCommitLog(options: WalkOptions): Promise<WalkEnd> {
  const { files, fromOffset } = options
  let offset = fromOffset
  for (let file = files.find(offset); file !== null; file = files.find(offset)) {
    const { endOffset, isFull, reason } = await walkFile(file, offset, options)
    if (!isFull) return { endOffset, reason }
    offset = file.endOffset
  }
  return { endOffset: offset, reason: null }
}

async function walkFile(
  file: LogFile,
  fromOffset: number,
  options: WalkOptions,
): Promise<WalkEnd & { readonly isFull: boolean }> {
  const { onRecord, onChunk } = options
  const window = new FileWindow(file)
  for (let offset = fromOffset; ;) {
    if (!window.holds(offset, RECORD_HEAD_BYTES)) {
      await onChunk(offset)
      await window.moveTo(offset, RECORD_HEAD_BYTES)
    }
    const head = window.bytes(offset, BLANK_BYTES)
    const recordBytes = head?.readInt32BE(0) ?? 0
    if (head?.readInt32BE(4) === StoredMessageMagic.BLANK) return { endOffset: offset, isFull: true, reason: null }
    if (recordBytes === 0) return { endOffset: offset, isFull: false, reason: null }
    if (recordBytes < RECORD_BYTES_MIN) return { endOffset: offset, isFull: false, reason: `length ${recordBytes}` }
    const fault = faultOf(window.bytes(offset, RECORD_HEAD_BYTES), offset)
    if (fault !== null) return { endOffset: offset, isFull: false, reason: fault }
    if (!window.holds(offset, recordBytes)) await window.moveTo(offset, recordBytes)
    const bytes = window.bytes(offset, recordBytes)
    const record = bytes === null ? 'longer than its file' : checkAll(bytes, offset, options)
    if (typeof record === 'string') return { endOffset: offset, isFull: false, reason: record }
    onRecord(record)
    offset += recordBytes
  }
}

/** Why it is no record, as far as its head tells: of what is none the length may be anything, and is not read. */
function faultOf(head: Buffer | null, offset: number): string | null {
  if (head === null || isRecordOf(head, 0, offset)) return null
  const fault = checkRecord(head, offset, false)
  return typeof fault === 'string' ? fault : null
}

function checkAll(
  bytes: Buffer,
  offset: number,
  { checksCrc, checksPropertyCrc }: WalkOptions,
): RecordToDispatch | string {
  if (checksPropertyCrc && matchesPropertyCrc(bytes) === false) return 'the CRC of the record is another'
  return checkRecord(bytes, offset, checksCrc)
}

/** A piece of a file in memory that moves forward. */
class FileWindow {
  private buffer = Buffer.alloc(0)
  private startOffset = 0
  private usedBytes = 0

  constructor(private readonly file: LogFile) {}

  holds(offset: number, length: number): boolean {
    return offset >= this.startOffset && offset + length <= this.startOffset + this.usedBytes
  }

  /** Null if the file ends before. Borrowed until the next `moveTo`. */
  bytes(offset: number, length: number): Buffer | null {
    const at = offset - this.startOffset
    return this.holds(offset, length) ? this.buffer.subarray(at, at + length) : null
  }

  /** Reads on from `offset`, `length` bytes or more, as far as the file goes. */
  async moveTo(offset: number, length: number): Promise<void> {
    const wantedBytes = Math.min(Math.max(length, CHUNK_BYTES), this.file.endOffset - offset)
    if (this.buffer.length < wantedBytes) this.buffer = Buffer.allocUnsafeSlow(wantedBytes)
    this.startOffset = offset
    this.usedBytes = await this.file.read(this.buffer, 0, wantedBytes, offset)
  }
}
