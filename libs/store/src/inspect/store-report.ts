import type { CheckpointFields } from '../checkpoint/store-checkpoint'
import type { Problem } from './problems'

/** What a look into a store found. Offsets are bytes of the CommitLog or numbers of a queue, times are ms. */
export interface StoreReport {
  readonly folder: string
  readonly isHealthy: boolean
  /** False while a broker works in it, and after a crash: the abort file is there. */
  readonly wasStopped: boolean
  /** What the abort file says (the process, and the file sizes of ours); null without one. */
  readonly abort: string | null
  readonly checkpoint: CheckpointFields | null
  readonly commitLog: CommitLogReport
  readonly queues: QueuesReport
  readonly indexFiles: readonly IndexFileReport[]
  readonly configFiles: readonly ConfigFileReport[]
  /** Those that are kept in databases. */
  readonly tables: readonly TableReport[]
  readonly problemCount: number
  readonly problemCountByKind: Readonly<Record<string, number>>
  /** The first of each kind. */
  readonly problems: readonly Problem[]
  /** Worth knowing, and no damage. */
  readonly notes: readonly string[]
}

export interface CommitLogReport {
  readonly files: readonly CommitLogFileReport[]
  readonly sizeBytes: number
  readonly startOffset: number
  readonly recordCount: number
  readonly recordBytes: number
  readonly firstStoreTimestamp: number | null
  readonly lastStoreTimestamp: number | null
  /** Behind the last record, and what is there; without a reason nothing is. */
  readonly end: { readonly offset: number; readonly reason: string | null }
}

export interface CommitLogFileReport {
  readonly path: string
  readonly sizeBytes: number
  readonly startOffset: number
  /** Behind the last record, or the end of the file that a blank closes. */
  readonly endOffset: number
  readonly recordCount: number
  readonly recordBytes: number
  readonly firstStoreTimestamp: number | null
  readonly lastStoreTimestamp: number | null
  /** Where the first damage begins; null if there is none. */
  readonly firstBad: { readonly offset: number; readonly reason: string } | null
}

export interface QueuesReport {
  /** True if they are in the database of `storeType=kv`. */
  readonly areInDatabase: boolean
  readonly topicCount: number
  readonly queueCount: number
  readonly entryCount: number
  /** Entries whose record is there and is the right one. */
  readonly matchedCount: number
  /** Entries that stand for nothing: their messages were lost before. */
  readonly blankCount: number
  /** Entries that point at no record of their queue. */
  readonly nowhereCount: number
  /** Records that are in no queue: prepared or rolled back transactions. */
  readonly hiddenRecordCount: number
  /** Records of a queue that was deleted, or deleted and made again, or of the part of it that is gone. */
  readonly formerRecordCount: number
  /** Records whose entries are still to be written, or made again at the next start. */
  readonly pendingRecordCount: number
  readonly queues: readonly QueueReport[]
}

export interface QueueReport {
  readonly topic: string
  readonly queueId: number
  /** Smallest offset that has a record. */
  readonly minOffset: number
  /** Behind the newest entry. */
  readonly maxOffset: number
  /** 0 in a database. */
  readonly fileCount: number
  readonly blankCount: number
  readonly nowhereCount: number
}

export interface IndexFileReport {
  readonly path: string
  readonly sizeBytes: number
  readonly entryCount: number
  readonly usedSlotCount: number
  readonly beginTimestamp: number
  readonly endTimestamp: number
  readonly beginPhysicalOffset: number
  readonly endPhysicalOffset: number
}

export interface ConfigFileReport {
  readonly name: string
  readonly state: FileState
  /** Of the `.bak` beside it. */
  readonly backup: FileState
}

export interface TableReport {
  readonly name: string
  readonly state: 'good' | 'damaged'
  /** Topics, groups, or groups with a topic whose offsets are known; as far as they can be read. */
  readonly entryCount: number
}

export type FileState = 'good' | 'damaged' | 'missing'
