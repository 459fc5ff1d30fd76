import type { EntryWindow } from '../consume-queue/entry-window'

/** Where the entries of a queue lie, as a look into it takes them. What is read may throw StorageError. */
export interface EntrySource {
  /** Offset behind the newest entry. */
  readonly maxOffset: number
  /** Files with entries of this queue alone. */
  readonly fileCount: number
  /** True if some of it was deleted since. */
  readonly isGone: boolean
  /**
   * The next entries, `windowBytes` of them if there are as many, and the queue offset of the first; where some are
   * missing those behind them. Null behind the last. Borrowed until the next call.
   */
  next(windowBytes: number): EntryWindow | null
  /** True if the entry of that record is there. What `next` returns does not change. */
  has(record: { readonly physicalOffset: number; readonly queueOffset: number }): boolean
  /** True if there are no entries, nor were there. */
  readonly isEmpty: boolean
}
