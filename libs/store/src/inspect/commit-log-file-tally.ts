import type { RecordToDispatch } from '../commit-log/check-record'
import type { CommitLogFileReport } from './store-report'
import type { StoredFile } from './stored-file'

/** Counts what a file of the CommitLog holds. */
export class CommitLogFileTally {
  recordCount = 0
  private recordBytes = 0
  private firstStoreTimestamp: number | null = null
  private lastStoreTimestamp: number | null = null
  private firstBad: CommitLogFileReport['firstBad'] = null

  constructor(readonly file: StoredFile) {}

  count({ recordBytes, storeTimestamp }: RecordToDispatch): void {
    this.recordCount += 1
    this.recordBytes += recordBytes
    this.firstStoreTimestamp ??= storeTimestamp
    this.lastStoreTimestamp = storeTimestamp
  }

  damaged(offset: number, reason: string): void {
    this.firstBad ??= { offset, reason }
  }

  report(endOffset: number): CommitLogFileReport {
    const { file, recordCount, recordBytes, firstStoreTimestamp, lastStoreTimestamp, firstBad } = this
    const { path, sizeBytes, startOffset } = file
    return {
      ...{ path, sizeBytes, startOffset, endOffset },
      ...{ recordCount, recordBytes, firstStoreTimestamp, lastStoreTimestamp, firstBad },
    }
  }
}
