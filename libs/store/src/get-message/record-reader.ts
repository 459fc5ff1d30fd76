import type { CommitLog } from '../commit-log/commit-log'
import { RECORD_HEAD_BYTES } from '../commit-log/record-fields'
import type { RecordPlace } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { MessageLookup } from './message-lookup'
import type { ReadBufferPool } from './read-buffer-pool'
import { SPAN_BYTES_MAX, problemOf, spansOf } from './record-spans'
import type { RecordSpan } from './record-spans'

/** Stretches of the log that are read at once, each into a buffer of its own. */
const SPANS_AT_ONCE_MAX = 4

export interface RecordReaderDeps {
  readonly commitLog: Pick<CommitLog, 'segmentAt' | 'readInto' | 'minOffset' | 'writtenOffset' | 'nextFileOffset'>
  readonly lookup: Pick<MessageLookup, 'readRecord'>
  readonly pool: ReadBufferPool
}

/** Reads many records in one go, for those who know where they lie: neighbours come by one read. */
export class RecordReader {
  constructor(
    private readonly config: Pick<MessageStoreConfig, 'checkCRCOnColdRead'>,
    private readonly deps: RecordReaderDeps,
  ) {}

  /**
   * The records that begin at the places, in their order and as the caller's own, together in one piece of memory; null
   * where none begins. Lengths are hints. Rejects with StorageError.
   */
  async readRecords(places: readonly RecordPlace[]): Promise<(Buffer | null)[]> {
    const { commitLog, lookup } = this.deps
    const wanted = places.filter(place => this.isLikely(place))
    wanted.sort((left, right) => left.physicalOffset - right.physicalOffset)
    const copies = new RecordCopies(wanted)
    const onDisk: RecordSpan<RecordPlace>[] = []
    for (const span of spansOf(commitLog, wanted)) {
      if (span.segment === null) onDisk.push(span)
      else copies.take(span, span.segment.bytes, span.segment.startOffset, false)
    }
    for (let first = 0; first < onDisk.length; first += SPANS_AT_ONCE_MAX) {
      await Promise.all(onDisk.slice(first, first + SPANS_AT_ONCE_MAX).map(span => this.readSpan(span, copies)))
    }
    const records: (Buffer | null)[] = []
    for (const { physicalOffset } of places) {
      records.push(copies.find(physicalOffset) ?? (await lookup.readRecord(physicalOffset)))
    }
    return records
  }

  private async readSpan(span: RecordSpan<RecordPlace>, copies: RecordCopies): Promise<void> {
    const { pool, commitLog } = this.deps
    const { startOffset, endOffset } = span
    const buffer = pool.take(endOffset - startOffset)
    const bytes = buffer.subarray(0, endOffset - startOffset)
    try {
      if (await commitLog.readInto(bytes, startOffset))
        copies.take(span, bytes, startOffset, this.config.checkCRCOnColdRead)
    } finally {
      pool.giveBack(buffer)
    }
  }

  /** False for what cannot lie in the log, and for what is too long to share a read. */
  private isLikely({ physicalOffset, recordBytes }: RecordPlace): boolean {
    const { commitLog } = this.deps
    const endOffset = physicalOffset + recordBytes
    return (
      physicalOffset >= commitLog.minOffset &&
      recordBytes >= RECORD_HEAD_BYTES &&
      recordBytes <= SPAN_BYTES_MAX &&
      endOffset <= Math.min(commitLog.writtenOffset, commitLog.nextFileOffset(physicalOffset))
    )
  }
}

/** Records, one behind the other: what lay between them is not kept. */
class RecordCopies {
  private readonly records = new Map<number, Buffer>()
  private readonly bytes: Buffer
  private usedBytes = 0

  constructor(wanted: readonly RecordPlace[]) {
    this.bytes = Buffer.allocUnsafeSlow(wanted.reduce((sum, { recordBytes }) => sum + recordBytes, 0))
  }

  /** Takes those of the span that lie where they should. `bytes` has them, from `startOffset` on. */
  take({ records }: RecordSpan<RecordPlace>, bytes: Buffer, startOffset: number, checksWhole: boolean): void {
    for (const place of records) {
      const at = place.physicalOffset - startOffset
      if (problemOf(bytes, at, place, checksWhole) !== null) continue
      const endAt = this.usedBytes + bytes.copy(this.bytes, this.usedBytes, at, at + place.recordBytes)
      this.records.set(place.physicalOffset, this.bytes.subarray(this.usedBytes, endAt))
      this.usedBytes = endAt
    }
  }

  find(physicalOffset: number): Buffer | null {
    return this.records.get(physicalOffset) ?? null
  }
}
