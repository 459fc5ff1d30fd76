import type { FilterBitMap } from '../message-store'

/** A wider gap than this in the queue offsets of the log is damage, not a loss. */
export const GAP_ENTRY_COUNT_MAX = 1_000_000

/** Entries of one queue, one after the other in `bytes`. */
export interface EntryRange {
  readonly bytes: Buffer
  /** Where the first entry begins in `bytes`. */
  readonly at: number
  readonly entryCount: number
  /** True if an entry stands for all messages of its record: BATCH_ENTRY_BYTES long. */
  readonly isOfBatches?: boolean
  /** Of the entries of `bytes`, from its first one on; null or none if none has one. */
  readonly bitMaps?: readonly (FilterBitMap | null)[] | null
}

/**
 * One queue of a topic: from queue offsets to records of the CommitLog. An entry is appended when its record is placed,
 * published when the record is in the page cache, and written to disk some time later: recovery makes again what a
 * crash took.
 *
 *   minOffset ……………… maxOffset ………… nextOffset
 *   | published, readable | not yet served |
 */
export interface ConsumeQueue {
  readonly topic: string
  readonly queueId: number
  /** True if a record may have more than one message. */
  readonly isOfBatches?: boolean
  /** Smallest offset that is served. */
  readonly minOffset: number
  /** Offset behind the newest entry that readers may see. */
  readonly maxOffset: number
  /** Offset that the next entry gets. */
  readonly nextOffset: number

  append(
    physicalOffset: number,
    messageBytes: number,
    tagsCode: number,
    storeTimestamp: number,
    messageCount: number,
  ): void
  /** Which SQL filters take the message that was appended last: for an engine that keeps it. */
  keepBitMap?(bitMap: Buffer): void
  /** Readers may see the entries before `queueOffset`. */
  publish(queueOffset: number): void
  /** Forgets the entries from `queueOffset` on, which nobody has seen. */
  rollback(queueOffset: number): void
  /**
   * As `append` and `publish`, for recovery. A record that the queue has is left out; a gap is filled with blanks; a
   * newer record with offset 0 again says that the topic was deleted and made again: the queue begins with it. With any
   * other older offset it is damaged, and left out.
   */
  replay(
    queueOffset: number,
    physicalOffset: number,
    messageBytes: number,
    tagsCode: number,
    storeTimestamp: number,
    messageCount: number,
  ): void

  /**
   * Entries from `queueOffset` on, as far as memory has them at hand; null if it does not have the first one. Borrowed
   * until the next `append`.
   */
  entriesInMemory(queueOffset: number): EntryRange | null
  /** Entries from `queueOffset` on, from the disk, as many as come cheap; null if no file has the first one. */
  readEntries(queueOffset: number): Promise<EntryRange | null>
  /**
   * Where the record of an entry begins, or before that where the engine would have to wait for the disk; null if there
   * is no such entry. Not for hot paths.
   */
  physicalOffsetNow(queueOffset: number): number | null
  /** Where the newest record begins that the queue serves, or null. */
  lastPhysicalOffset(): number | null
  /** The first offset of the next file: where a reader goes on when a file is gone. */
  nextFileOffset(queueOffset: number): number
}

/** What an entry of a queue at `queueOffset` says. */
export interface EntryToCheck {
  readonly topic: string
  readonly physicalOffset: number
  readonly queueId: number
  readonly queueOffset: number
}

export interface ConsumeQueueLoad {
  /** Entries that point at or behind it may be there or not: what an engine does not know to be whole it forgets. */
  readonly physicalOffset: number
  /** Entries at the end for which it says false are stale, and forgotten too. */
  readonly isRight: (entry: EntryToCheck) => boolean
  /** False after a crash. */
  readonly wasStopped: boolean
  /** True if the last file of a queue may be short: the crash came while it was cut. */
  readonly mayBeShort: boolean
}

/** The engine behind the queues. `file` (Java's layout) is the default one. Everything that touches the disk may throw StorageError. */
export interface ConsumeQueueStore {
  find(topic: string, queueId: number): ConsumeQueue | null
  require(topic: string, queueId: number): ConsumeQueue
  topics(): readonly string[]
  queueIds(topic: string): readonly number[]
  /** The queues are gone for ever when the promise resolves. */
  deleteTopics(topics: readonly string[]): Promise<void>
  deleteQueue(topic: string, queueId: number): Promise<void>

  /** Finds the queues on the disk. */
  load(how: ConsumeQueueLoad): Promise<void>
  /** Forgets the entries that point at or behind `physicalOffset`: the log ends there. */
  truncate(physicalOffset: number): Promise<void>
  /** The queues begin where the log begins. */
  correctMinOffsets(physicalOffset: number): Promise<void>
  /**
   * As `correctMinOffsets`, and what the disk keeps for what came before goes. `pause` is awaited after each queue of
   * which something went.
   */
  deleteExpired(physicalOffset: number, pause: () => Promise<void>): Promise<void>
  /** The same for one queue, which may begin behind the beginning of the log. */
  trim(topic: string, queueId: number, physicalOffset: number): Promise<void>
  /** Where the newest record begins that any queue knows, or null. */
  lastPhysicalOffset(): number | null
  /** Removes every queue: the log is gone. */
  clear(): Promise<void>

  /** True if `writeOut` should come soon: more is in memory than should be. */
  readonly isCrowded: boolean
  /** Gives to the page cache what was published before the call. */
  writeOut(): Promise<void>
  /** Resolves when all that was written out before the call would survive a loss of power. */
  datasync(): Promise<void>
  close(): Promise<void>
}
