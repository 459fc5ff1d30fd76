import { checkRecord } from '../commit-log/check-record'
import type { CommitLog } from '../commit-log/commit-log'
import { isRecordOf, recordBytesOf } from '../commit-log/record-fields'
import type { TailSegment } from '../commit-log/tail-segment'
import type { RecordPlace } from '../message-store'

/** Records of others that one read may bring along between two that are wanted. */
const GAP_BYTES_MAX = 64 * 1024
/** Bytes of one read, unless a single record has more. */
export const SPAN_BYTES_MAX = 1024 ** 2

/** Bytes of the CommitLog at hand, and the records wanted from them. */
export interface RecordSpan<T extends RecordPlace> {
  readonly startOffset: number
  endOffset: number
  readonly records: T[]
  /** Null for what the disk has. */
  readonly segment: TailSegment | null
}

/** Where the records come from: segments of the hot tail, and stretches of the disk, each with neighbours in a row. */
export function spansOf<T extends RecordPlace>(
  commitLog: Pick<CommitLog, 'segmentAt' | 'nextFileOffset'>,
  wanted: readonly T[],
): readonly RecordSpan<T>[] {
  const spans: RecordSpan<T>[] = []
  for (const record of wanted) {
    const { physicalOffset, recordBytes } = record
    const endOffset = physicalOffset + recordBytes
    const segment = commitLog.segmentAt(physicalOffset)
    const last = spans.at(-1)
    if (last !== undefined && last.segment === segment && (segment !== null || reaches(commitLog, last, record))) {
      last.endOffset = Math.max(last.endOffset, endOffset)
      last.records.push(record)
      continue
    }
    spans.push({ startOffset: physicalOffset, endOffset, records: [record], segment })
  }
  return spans
}

/** True if a read of the span may go on to the end of the record. */
function reaches(
  commitLog: Pick<CommitLog, 'nextFileOffset'>,
  span: Pick<RecordSpan<RecordPlace>, 'startOffset' | 'endOffset'>,
  { physicalOffset, recordBytes }: RecordPlace,
): boolean {
  const endOffset = physicalOffset + recordBytes
  return (
    physicalOffset - span.endOffset <= GAP_BYTES_MAX &&
    endOffset - span.startOffset <= SPAN_BYTES_MAX &&
    endOffset <= commitLog.nextFileOffset(span.startOffset)
  )
}

/** Why what lies at `at` is not the record of the place; null if it is. */
export function problemOf(
  bytes: Buffer,
  at: number,
  { physicalOffset, recordBytes }: RecordPlace,
  checksWhole: boolean,
): string | null {
  if (recordBytesOf(bytes, at) !== recordBytes) return 'the length is another'
  if (!isRecordOf(bytes, at, physicalOffset)) return 'it is not the record of this offset'
  const record = checksWhole ? checkRecord(bytes.subarray(at, at + recordBytes), physicalOffset, true) : null
  return typeof record === 'string' ? record : null
}
