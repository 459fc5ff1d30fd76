import type { Component } from '@rocketmq-ts/base'
import type { StoredMessageContent } from '@rocketmq-ts/protocol'
import type { PutTimes } from './put-message/put-times'

/** A message on its way into the store. The buffers are borrowed until the listener is called. */
export interface MessageToStore extends StoredMessageContent {
  /** Java's hash of TAGS, 0 without one; for a message of the schedule topic, the delay in ms to add to the store time. */
  readonly tagsCode: number
  /** False: answer without waiting for the disk or the slaves (property WAIT=false). */
  readonly waitStoreMessageOk: boolean
  /** True of a message that the store took before: its body may be larger than maxMessageSize allows by now. */
  readonly isCopy?: boolean
}

/** The body of SEND_BATCH_MESSAGE: every item becomes a record of its own, with consecutive offsets. */
export interface MessageBatchToStore extends Omit<
  MessageToStore,
  'properties' | 'addedProperties' | 'flag' | 'tagsCode'
> {
  /** The items as the client encoded them (facts: batch body), already checked by `readMessageBatch`. */
  readonly body: Buffer
}

/** Java's PutMessageStatus; the response codes they become are in the broker. */
export type PutMessageStatus =
  | 'PUT_OK'
  | 'FLUSH_DISK_TIMEOUT'
  | 'FLUSH_SLAVE_TIMEOUT'
  | 'SLAVE_NOT_AVAILABLE'
  | 'SERVICE_NOT_AVAILABLE'
  | 'MESSAGE_ILLEGAL'
  | 'PROPERTIES_SIZE_EXCEEDED'
  | 'CREATE_MAPPED_FILE_FAILED'
  | 'LMQ_CONSUME_QUEUE_NUM_EXCEEDED'
  | 'UNKNOWN_ERROR'

/** Told once how a put ended. An object rather than a closure: puts are the hot path. */
export interface PutListener {
  onPut(result: PutMessageResult): void
}

/** Valid during `onPut` only: the store reuses it. */
export interface PutMessageResult {
  readonly status: PutMessageStatus
  /** Why not, in words for the client; null on success. */
  readonly reason: string | null
  /** Where the record begins (the first of a batch). */
  readonly physicalOffset: number
  /** Number of the message (the first of a batch) in its queue. */
  readonly queueOffset: number
  readonly storeTimestamp: number
  readonly messageCount: number
  /** Bytes of the records. */
  readonly storedBytes: number
  /** Where each record of a batch begins; empty for a single message. */
  readonly physicalOffsets: readonly number[]
}

export type GetMessageStatus =
  | 'FOUND'
  | 'NO_MATCHED_MESSAGE'
  | 'MESSAGE_WAS_REMOVING'
  | 'OFFSET_FOUND_NULL'
  | 'OFFSET_OVERFLOW_BADLY'
  | 'OFFSET_OVERFLOW_ONE'
  | 'OFFSET_TOO_SMALL'
  | 'NO_MATCHED_LOGIC_QUEUE'
  | 'NO_MESSAGE_IN_QUEUE'

/** Which SQL filters took a message when it was stored, as a bloom filter tells: `enableCalcFilterBitMap`. */
export interface FilterBitMap {
  readonly bits: Buffer
  readonly storeTimestamp: number
}

/** Decides by what the ConsumeQueue knows; by the record itself where that is not enough. */
export interface MessageFilter {
  matchesTagsCode(tagsCode: number): boolean
  /** Asked where the ConsumeQueue has a bit map of the message. */
  matchesBitMap?(bitMap: FilterBitMap): boolean
  /** The whole stored record; null when the tags code decides alone. */
  readonly matchesRecord: ((record: Buffer) => boolean) | null
}

export interface GetMessageQuery {
  readonly topic: string
  readonly queueId: number
  readonly queueOffset: number
  readonly messageCountMax: number
  /** Null: only the store's own limits. */
  readonly bytesMax: number | null
  readonly filter: MessageFilter | null
}

/** What a get found. `release` must be called once, when the bytes are no longer needed. */
export interface GetMessageResult {
  readonly status: GetMessageStatus
  readonly nextBeginOffset: number
  readonly minOffset: number
  readonly maxOffset: number
  /** Whole records, in order; adjacent ones may share a part. */
  readonly parts: readonly Buffer[]
  readonly bodyBytes: number
  readonly messageCount: number
  /** Store time of the newest record returned, 0 if none. */
  readonly lastStoreTimestamp: number
  /** True when the reader is so far behind that a slave should serve it. */
  readonly suggestPullingFromSlave: boolean
  release(): void
}

export interface MessageQuery {
  readonly topic: string
  readonly key: string
  /** KEY: `key` is the UNIQ_KEY of a message or one of its KEYS. TAG: its whole TAGS. */
  readonly keyType: 'KEY' | 'TAG'
  readonly countMax: number
  /** Store times in ms, both included. */
  readonly beginTimestamp: number
  readonly endTimestamp: number
}

export interface QueryMessageResult {
  /** The newest that there are, as their owner's copies, in the order of the CommitLog. */
  readonly records: readonly Buffer[]
  /** Of the last record that is indexed; 0 if nothing was found. */
  readonly indexLastUpdateTimestamp: number
  readonly indexLastUpdatePhysicalOffset: number
}

/** As PutListener: called within `get` when memory has the bytes, later when the disk must be asked. */
export interface GetListener {
  onGet(result: GetMessageResult): void
  /** The disk failed. */
  onGetFailed(error: Error): void
}

/** A record became visible to consumers. Reused between calls: read it, do not keep it. */
export interface MessageArrival {
  readonly topic: string
  readonly queueId: number
  /** Of the record that arrived. */
  readonly queueOffset: number
  readonly physicalOffset: number
  readonly storedBytes: number
  readonly tagsCode: number
  readonly storeTimestamp: number
}

export type ArrivalListener = (arrival: MessageArrival) => void

/** Java's BoundaryType of SEARCH_OFFSET_BY_TIMESTAMP. */
export type OffsetBoundary = 'LOWER' | 'UPPER'

/** Counters for KVTable and metrics: plain numbers, read when asked for. */
export interface StoreStatistics {
  readonly bootTimestamp: number
  readonly putMessageCount: number
  readonly putMessageBytes: number
  readonly putFailedCount: number
  readonly putEntireTimeMaxMs: number
  readonly putTimes: Pick<PutTimes, 'countBetween' | 'percentileMs'>
  readonly getFoundCount: number
  readonly getMissCount: number
  readonly getTransferredMessageCount: number
  readonly getEntireTimeMaxMs: number
}

/** Where a record should be in the CommitLog. */
export interface RecordPlace {
  readonly physicalOffset: number
  readonly recordBytes: number
}

/** What the broker sees of the disk. Queue offsets are message numbers from 0; physical offsets are bytes of the CommitLog. */
export interface MessageStore extends Component {
  /** Never waits, never throws: every outcome goes to the listener, perhaps before `put` returns. */
  put(message: MessageToStore, listener: PutListener): void
  putBatch(batch: MessageBatchToStore, listener: PutListener): void
  get(query: GetMessageQuery, listener: GetListener): void
  /** The record that begins at `physicalOffset` as its owner's copy, or null if none begins there. */
  readRecord(physicalOffset: number): Promise<Buffer | null>
  /** As `readRecord` for each of the places, in one go; the copies share their memory. */
  readRecords(places: readonly RecordPlace[]): Promise<(Buffer | null)[]>
  /** Messages by key. Rejects with StorageError, also while the index is made again. */
  queryMessages(query: MessageQuery): Promise<QueryMessageResult>
  /** The record as memory has it, borrowed for this turn; null if memory does not have it any more. */
  recordInMemory(physicalOffset: number, recordBytes: number): Buffer | null
  /** Called in the tick in which a record becomes visible. */
  onArrival(listener: ArrivalListener): void

  /** Smallest offset still served; 0 for an unknown queue. */
  minOffset(topic: string, queueId: number): number
  /** Offset the next message will get; 0 for an unknown queue. */
  maxOffset(topic: string, queueId: number): number
  /** Java's search: its quirks between messages of one time included; 0 for an unknown queue. */
  offsetByTime(topic: string, queueId: number, timestamp: number, boundary: OffsetBoundary): Promise<number>
  /** Store time of one message, or null if it is not there. */
  storeTimestampOf(topic: string, queueId: number, queueOffset: number): Promise<number | null>
  /** Store time of the oldest message of a queue, or null for an empty or unknown one. */
  earliestStoreTimestamp(topic: string, queueId: number): Promise<number | null>
  /** Store time of the oldest record of the CommitLog, or null when it is empty. */
  earliestCommitLogTimestamp(): Promise<number | null>
  /** True while message `queueOffset` of the queue is so near the end of the log that the page cache should have it. */
  isInMemory(topic: string, queueId: number, queueOffset: number): boolean

  topics(): readonly string[]
  queueIds(topic: string): readonly number[]
  deleteTopics(topics: readonly string[]): Promise<void>

  /** CommitLog files that are old enough go in the rounds of cleaning that follow, whatever the hour. */
  deleteExpiredCommitLog(): void
  /** Deletes those queues of the topics of which the CommitLog has no message any more: their offsets begin at 0 again. */
  deleteExpiredQueues(topics: readonly string[]): Promise<void>

  readonly minPhysicalOffset: number
  readonly maxPhysicalOffset: number
  readonly flushedPhysicalOffset: number
  /** Bytes of the CommitLog that no ConsumeQueue knows of yet; 0 unless recovery goes on. */
  readonly dispatchBehindBytes: number
  readonly isWritable: boolean
  /** Why not, with cause and cure; null while writable. */
  readonly notWritableReason: string | null
  readonly statistics: StoreStatistics
  /** How full the disks of the CommitLog and the ConsumeQueues are, 0..1. */
  commitLogDiskRatio(): number
  /** The same of each folder of the CommitLog; `commitLogDiskRatio` is the least of those that files may be made in. */
  commitLogDiskRatios(): ReadonlyMap<string, number>
  consumeQueueDiskRatio(): number
}
