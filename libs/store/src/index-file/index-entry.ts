import { readInt64 } from '@rocketmq-ts/base'
import type { LogFile } from '../log-file/log-file'
import { readFully } from '../log-file/read-fully'
import { INDEX_ENTRY_BYTES, entryAt } from './index-layout'
import type { IndexLayout } from './index-layout'

/** Entries of one read: few where a chain jumps, more and more where it goes on nearby. */
const READ_COUNT_MIN = 128
const READ_COUNT_MAX = 16_384

/** What an entry says; `index-layout.ts` draws it. */
export interface IndexEntry {
  readonly keyHash: number
  readonly physicalOffset: number
  readonly secondsAfter: number
  readonly previousEntry: number
}

export function readIndexEntry(bytes: Buffer, at: number): IndexEntry {
  return {
    keyHash: bytes.readInt32BE(at),
    physicalOffset: readInt64(bytes, at + 4),
    secondsAfter: bytes.readInt32BE(at + 12),
    previousEntry: bytes.readInt32BE(at + 16),
  }
}

/** Reads entries of an index file from new to old, each time as many as are likely to be asked for next. */
export class IndexEntryReader {
  private bytes: Buffer = Buffer.alloc(0)
  private firstEntry = 0
  private endEntry = 0
  private readCount = READ_COUNT_MIN

  constructor(
    private readonly file: LogFile,
    private readonly layout: IndexLayout,
  ) {}

  async read(entry: number): Promise<IndexEntry> {
    if (entry < this.firstEntry || entry >= this.endEntry) await this.moveTo(entry)
    return readIndexEntry(this.bytes, (entry - this.firstEntry) * INDEX_ENTRY_BYTES)
  }

  /** The last entry that is read is `entry`. */
  private async moveTo(entry: number): Promise<void> {
    const isNear = entry < this.firstEntry && this.firstEntry - entry <= this.readCount
    this.readCount = isNear ? Math.min(this.readCount * 2, READ_COUNT_MAX) : READ_COUNT_MIN
    const firstEntry = Math.max(1, entry + 1 - this.readCount)
    const bytes = Buffer.allocUnsafeSlow((entry + 1 - firstEntry) * INDEX_ENTRY_BYTES)
    await readFully(this.file, bytes, entryAt(this.layout, firstEntry))
    this.bytes = bytes
    this.firstEntry = firstEntry
    this.endEntry = entry + 1
  }
}
