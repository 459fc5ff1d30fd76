import { readInt64 } from '@rocketmq-ts/base'
import { BATCH_ENTRY_BYTES } from '../consume-queue/batch-consume-queue-entry'
import { ENTRY_BYTES, isBlankEntry, isEntry, readMessageBytes } from '../consume-queue/consume-queue-entry'
import type { EntryWindow } from '../consume-queue/entry-window'
import type { EntrySource } from './entry-source'

/** Where an entry of a batch has its `baseOffset`. */
const BASE_OFFSET_AT = 28

export interface QueueCursorPlace {
  readonly topic: string
  readonly queueId: number
  readonly entries: EntrySource
  /** True for a BatchConsumeQueue. */
  readonly isBatch: boolean
}

/** Goes over the entries of a queue from front to back, a piece of them in memory. Throws StorageError. */
export class QueueCursor {
  readonly topic: string
  readonly queueId: number
  readonly isBatch: boolean
  readonly entries: EntrySource
  /** The entry at hand, after `load` has said that there is one. */
  physicalOffset = 0
  messageBytes = 0
  tagsCode = 0
  queueOffset = 0
  isBlank = false
  /** True where nothing was written, within what was. */
  isEmpty = false
  /** What a scan has found so far. */
  entryCount = 0
  matchedCount = 0
  blankCount = 0
  nowhereCount = 0
  firstMatchedOffset: number | null = null
  private readonly entryBytes: number
  private window: EntryWindow | null = null
  private at = 0
  private isEnded = false
  /** Number of the entry that was asked about once. */
  private checkedEntry = -1

  constructor({ topic, queueId, entries, isBatch }: QueueCursorPlace) {
    this.topic = topic
    this.queueId = queueId
    this.entries = entries
    this.isBatch = isBatch
    this.entryBytes = isBatch ? BATCH_ENTRY_BYTES : ENTRY_BYTES
  }

  /** False behind the last entry. */
  load(windowBytes: number): boolean {
    if (this.isEnded) return false
    if (this.window === null || this.at >= this.window.bytes.length) {
      this.window = this.entries.next(windowBytes)
      this.at = 0
    }
    if (this.window === null) return this.end()
    const { bytes, firstOffset } = this.window
    const { at } = this
    this.physicalOffset = readInt64(bytes, at)
    this.messageBytes = readMessageBytes(bytes, at)
    this.tagsCode = readInt64(bytes, at + 12)
    this.queueOffset = this.isBatch ? batchBaseOffset(bytes, at) : firstOffset + at / ENTRY_BYTES
    this.isEmpty = !isEntry(bytes, at)
    this.isBlank = isBlankEntry(bytes, at)
    return true
  }

  advance(): void {
    this.at += this.entryBytes
    this.entryCount += 1
  }

  /** Asks `check` about the entry at hand once, however often the cursor comes back to it. */
  once(check: () => boolean): boolean {
    if (this.checkedEntry !== this.entryCount && check()) this.checkedEntry = this.entryCount
    return this.checkedEntry === this.entryCount
  }

  /** No more entries: there are none, or they cannot be read. */
  end(): false {
    this.isEnded = true
    this.window = null
    return false
  }
}

/** As it stands there: unlike for who serves it, a wrong one is no reason to stop. */
export function batchBaseOffset(bytes: Buffer, at: number): number {
  return readInt64(bytes, at + BASE_OFFSET_AT)
}
