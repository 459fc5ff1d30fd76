import { storeTimestampOf } from '../commit-log/record-fields'
import type { MessageLookup } from '../get-message/message-lookup'
import { TaskLine } from '../get-message/task-line'
import type { MessageQuery, QueryMessageResult } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { IndexVisitor } from './index-file'
import type { IndexService } from './index-service'
import { indexedText, keyHashOf } from './key-hash'
import { indexedTextsOf } from './record-keys'

/** A chain may be long: the disk is not for queries alone. */
const QUERIES_AT_ONCE_MAX = 4
/** One answer fits a frame, which clients take up to 16 MiB. A single record always does. */
const ANSWER_BYTES_MAX = 15 * 1024 ** 2

export interface QueryMessagesDeps {
  readonly index: Pick<IndexService, 'select' | 'lastUpdate'>
  readonly lookup: Pick<MessageLookup, 'readRecord'>
}

/**
 * Finds messages by key. The index knows hashes and seconds; what it shows is read, and must have the key and the time.
 * Source: store/DefaultMessageStore.java (queryMessage)
 */
export class QueryMessages {
  private readonly line = new TaskLine(QUERIES_AT_ONCE_MAX)

  constructor(
    private readonly config: Pick<MessageStoreConfig, 'indexFileReadEnable' | 'maxMsgsNumBatch'>,
    private readonly deps: QueryMessagesDeps,
  ) {}

  /** Rejects with StorageError. */
  query(query: MessageQuery): Promise<QueryMessageResult> {
    if (!this.config.indexFileReadEnable) return Promise.resolve(NOTHING)
    return new Promise((resolve, reject) => this.line.add(() => this.find(query).then(resolve, reject)))
  }

  private async find(query: MessageQuery): Promise<QueryMessageResult> {
    const { index, lookup } = this.deps
    const text = indexedText(query.topic, query.keyType === 'TAG' ? `T#${query.key}` : query.key)
    const found = new FoundByKey(text, query, Math.min(query.countMax, this.config.maxMsgsNumBatch), lookup)
    const { beginTimestamp, endTimestamp } = query
    await index.select({ keyHash: keyHashOf(text), beginTimestamp, endTimestamp }, found)
    if (found.records.length === 0) return NOTHING
    const { timestamp, physicalOffset } = index.lastUpdate
    return {
      records: found.records.reverse(),
      indexLastUpdateTimestamp: timestamp,
      indexLastUpdatePhysicalOffset: physicalOffset,
    }
  }
}

const NOTHING: QueryMessageResult = { records: [], indexLastUpdateTimestamp: 0, indexLastUpdatePhysicalOffset: 0 }

/** Collects the records that are the ones, the newest first. */
class FoundByKey implements IndexVisitor {
  readonly records: Buffer[] = []
  private bytes = 0
  private lastOffset = -1
  private isFull = false

  constructor(
    private readonly text: string,
    private readonly query: Pick<MessageQuery, 'beginTimestamp' | 'endTimestamp'>,
    private readonly countMax: number,
    private readonly lookup: Pick<MessageLookup, 'readRecord'>,
  ) {}

  get hasEnough(): boolean {
    return this.isFull || this.records.length >= this.countMax
  }

  /** A record that has the key twice is shown twice, one right after the other, and found once. */
  async visit(physicalOffset: number): Promise<void> {
    if (physicalOffset === this.lastOffset) return
    this.lastOffset = physicalOffset
    const record = await this.lookup.readRecord(physicalOffset)
    if (record === null || !this.isMatch(record)) return
    this.isFull = this.records.length > 0 && this.bytes + record.length > ANSWER_BYTES_MAX
    if (this.isFull) return
    this.bytes += record.length
    this.records.push(record)
  }

  private isMatch(record: Buffer): boolean {
    const storeTimestamp = storeTimestampOf(record, 0)
    const { beginTimestamp, endTimestamp } = this.query
    return (
      storeTimestamp >= beginTimestamp && storeTimestamp <= endTimestamp && indexedTextsOf(record).includes(this.text)
    )
  }
}
