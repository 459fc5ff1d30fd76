import type { Clock, Log } from '@rocketmq-ts/base'
import type { CommitLog } from '../commit-log/commit-log'
import type { TailSegment } from '../commit-log/tail-segment'
import { readMessageBytes, readPhysicalOffset } from '../consume-queue/consume-queue-entry'
import type { ConsumeQueue, ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { entryBytesOf, mayMatch, messageCountAt, nextOffsetAt } from '../consume-queue/entry-of-range'
import type { GetListener, GetMessageQuery } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { StoreCounters } from '../store-counters'
import { FoundMessages } from './found-messages'
import { getFromDisk } from './get-from-disk'
import { ReadAhead } from './read-ahead'
import type { ReadBufferPool } from './read-buffer-pool'
import { TaskLine } from './task-line'
import { TransferLimits } from './transfer-limits'

/** Each holds the buffers that it reads into: without a limit a client that asks much and reads nothing fills the heap. */
const DISK_GETS_AT_ONCE_MAX = 32

const EMPTY_QUEUE = { minOffset: 0, maxOffset: 0 }

export interface GetMessagesDeps {
  readonly clock: Clock
  readonly log: Log
  readonly commitLog: CommitLog
  readonly consumeQueues: Pick<ConsumeQueueStore, 'find'>
  readonly counters: StoreCounters
  readonly pool: ReadBufferPool
  /** RAM of this machine. */
  readonly memoryBytes: number
}

/**
 * Finds messages by queue offset. As long as the hot tail has all that is asked for, the answer comes at once and
 * without a copy; else the disk is asked. Source: store/DefaultMessageStore.java (getMessage)
 */
export class GetMessages {
  private readonly readAhead: ReadAhead
  private readonly diskGets = new TaskLine(DISK_GETS_AT_ONCE_MAX)

  constructor(
    private readonly config: MessageStoreConfig,
    private readonly deps: GetMessagesDeps,
  ) {
    this.readAhead = new ReadAhead(deps.commitLog, deps.pool)
  }

  get(query: GetMessageQuery, listener: GetListener): void {
    const found = new FoundMessages()
    const queue = this.deps.consumeQueues.find(query.topic, query.queueId)
    // A queue that nothing was put into has no files yet; to who asks it is empty.
    if (!this.isInRange(queue ?? EMPTY_QUEUE, query.queueOffset, found) || queue === null) {
      this.answer(found, listener)
      return
    }
    const limits = new TransferLimits(this.config, query, this.memoryOffset())
    if (this.getFromMemory(queue, query, limits, found)) this.answer(found, listener)
    else this.diskGets.add(() => this.getFromDisk(queue, query, limits, listener))
  }

  /** Where "in memory" begins: what was written last is in the page cache, as far as RAM goes. */
  memoryOffset(): number {
    const { commitLog, memoryBytes } = this.deps
    return commitLog.writtenOffset - memoryBytes * (this.config.accessMessageInMemoryMaxRatio / 100)
  }

  /** False if there is nothing at the offset; then `found` says so, and where to go on. */
  private isInRange(
    queue: Pick<ConsumeQueue, 'minOffset' | 'maxOffset'>,
    queueOffset: number,
    found: FoundMessages,
  ): boolean {
    const { minOffset, maxOffset } = queue
    found.minOffset = minOffset
    found.maxOffset = maxOffset
    found.nextBeginOffset = queueOffset
    if (maxOffset === 0) {
      found.status = 'NO_MESSAGE_IN_QUEUE'
      found.nextBeginOffset = 0
    } else if (queueOffset < minOffset) {
      found.status = 'OFFSET_TOO_SMALL'
      found.nextBeginOffset = minOffset
    } else if (queueOffset === maxOffset) {
      found.status = 'OFFSET_OVERFLOW_ONE'
    } else if (queueOffset > maxOffset) {
      found.status = 'OFFSET_OVERFLOW_BADLY'
      found.nextBeginOffset = maxOffset
    } else return true
    return false
  }

  /** False if memory does not have all that the answer takes; `found` is released then. */
  private getFromMemory(
    queue: ConsumeQueue,
    { queueOffset, filter }: GetMessageQuery,
    limits: TransferLimits,
    found: FoundMessages,
  ): boolean {
    const range = queue.entriesInMemory(queueOffset)
    if (range === null) return false
    const { bytes, at: firstAt, entryCount } = range
    const entryBytes = entryBytesOf(range)
    const scanCount = Math.min(entryCount, limits.scanCountMax)
    let lastPhysicalOffset = 0
    let segment: TailSegment | null = null
    for (let index = 0; index < scanCount; index += 1) {
      const at = firstAt + index * entryBytes
      const physicalOffset = readPhysicalOffset(bytes, at)
      const recordBytes = readMessageBytes(bytes, at)
      const messageCount = messageCountAt(range, at)
      if (limits.isFull(found.messageCount, found.bodyBytes, recordBytes, physicalOffset, messageCount)) break
      found.nextBeginOffset = nextOffsetAt(range, at, queueOffset + index)
      lastPhysicalOffset = physicalOffset
      if (filter !== null && !mayMatch(filter, range, at)) continue
      if (segment === null || physicalOffset < segment.startOffset || physicalOffset >= segment.endOffset) {
        segment = this.deps.commitLog.segmentAt(physicalOffset)
        if (segment === null) {
          found.release()
          return false
        }
      }
      const recordAt = physicalOffset - segment.startOffset
      if (
        filter !== null &&
        filter.matchesRecord !== null &&
        !filter.matchesRecord(segment.bytes.subarray(recordAt, recordAt + recordBytes))
      ) {
        continue
      }
      found.hold(segment)
      found.add(segment.bytes, recordAt, recordBytes, messageCount)
    }
    this.suggest(found, lastPhysicalOffset)
    return true
  }

  private async getFromDisk(
    queue: ConsumeQueue,
    query: GetMessageQuery,
    limits: TransferLimits,
    listener: GetListener,
  ): Promise<void> {
    const { config, readAhead } = this
    const { clock, commitLog, counters, log } = this.deps
    const startMs = clock.monotonicMs()
    const found = new FoundMessages()
    this.isInRange(queue, query.queueOffset, found)
    found.status = 'NO_MATCHED_MESSAGE'
    try {
      const lastPhysicalOffset = await getFromDisk({ config, queue, query, limits, found, commitLog, readAhead, log })
      this.suggest(found, lastPhysicalOffset)
    } catch (error) {
      found.release()
      listener.onGetFailed(error as Error)
      return
    }
    counters.getEntireTimeMaxMs = Math.max(counters.getEntireTimeMaxMs, clock.monotonicMs() - startMs)
    this.answer(found, listener)
  }

  /** A reader that far behind is better served by a slave. */
  private suggest(found: FoundMessages, lastPhysicalOffset: number): void {
    found.suggestPullingFromSlave = lastPhysicalOffset < this.memoryOffset()
  }

  private answer(found: FoundMessages, listener: GetListener): void {
    const { counters } = this.deps
    found.endRun()
    if (found.status === 'FOUND') counters.getFoundCount += 1
    else counters.getMissCount += 1
    counters.getTransferredMessageCount += found.messageCount
    listener.onGet(found)
  }
}
