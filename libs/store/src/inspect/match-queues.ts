import { StorageError, readInt64 } from '@rocketmq-ts/base'
import { StoredMessageLayout, readProperty } from '@rocketmq-ts/protocol'
import type { RecordToDispatch } from '../commit-log/check-record'
import { RECORD_HEAD_BYTES, isRecordOf } from '../commit-log/record-fields'
import { isInQueue, isTopicName } from '../consume-queue/dispatch-rules'
import type { TopicQueues } from '../consume-queue/topic-queues'
import { AbsentQueues } from './absent-queues'
import { disagreement } from './compare-entry'
import type { TagsCheck } from './compare-entry'
import type { Problems } from './problems'
import type { QueueCursor } from './queue-cursor'
import { nameOf } from './scan-commit-log'
import { bytesAt, fileAt } from './stored-file'
import type { StoredFile } from './stored-file'
import type { QueuesReport } from './store-report'

/** Entries of all queues that are in memory at a time, together. */
const WINDOWS_BYTES_MAX = 64 * 1024 ** 2
const WINDOW_BYTES_MAX = 64 * 1024
const WINDOW_BYTES_MIN = 460
const LITE_TOPIC_PREFIX = '%LMQ%'
export interface MatchQueuesOptions {
  readonly queues: TopicQueues<QueueCursor>
  readonly batchQueues: TopicQueues<QueueCursor>
  readonly logFiles: readonly StoredFile[]
  readonly problems: Problems
  readonly tagsCheck: TagsCheck | null
  /** True for a record whose entry has to be on the disk. */
  readonly mustHaveEntry: (physicalOffset: number) => boolean
  /** True if there are queues that are not looked into: those that are missing here may be among them. */
  readonly hasQueuesElsewhere: boolean
  /** True for a queue that a configured topic has. */
  readonly isConfigured: (topic: string, queueId: number) => boolean
}

/**
 * Holds queues and log together in one pass: each queue's entries are in the order of the log, so every record meets the
 * entry at which the cursor of its queue stands. What an entry points at that no record met is not there.
 */
export class QueueMatch {
  private readonly windowBytes: number
  private readonly hasLiteQueues: boolean
  private readonly logStartOffset: number
  private readonly absent = new AbsentQueues()
  private hiddenRecordCount = 0
  private formerRecordCount = 0
  private pendingRecordCount = 0

  constructor(private readonly options: MatchQueuesOptions) {
    const { queues, logFiles } = options
    const count = [...this.all()].length
    this.windowBytes = Math.max(
      WINDOW_BYTES_MIN,
      Math.min(WINDOW_BYTES_MAX, Math.floor(WINDOWS_BYTES_MAX / (count + 1))),
    )
    this.hasLiteQueues = queues.names().some(topic => topic.startsWith(LITE_TOPIC_PREFIX))
    this.logStartOffset = logFiles[0]?.startOffset ?? 0
  }

  /** True if a queue leads to the record. */
  isKnown(record: RecordToDispatch): boolean {
    const queue = this.find(record.topic, record.queueId)
    return queue !== null && queue.entries.has(record)
  }

  /** To be told of every record in the order of the log. */
  meet(record: RecordToDispatch): void {
    const { topic, queueId, sysFlag } = record
    if (!isInQueue(sysFlag) || !isTopicName(topic)) {
      this.hiddenRecordCount += 1
      return
    }
    const queue = this.find(topic, queueId)
    if (queue !== null && !queue.entries.isEmpty) this.meetQueue(queue, record)
    else if (!this.options.hasQueuesElsewhere) {
      this.absent.count(record, this.options.mustHaveEntry(record.physicalOffset))
    }
    if (this.hasLiteQueues) this.meetLiteQueues(record)
  }

  /** To be called at the end of the log. */
  finish(): void {
    for (const queue of this.all()) this.advanceTo(queue, Infinity)
    this.absent.report(this.options.problems, this.options.isConfigured)
  }

  report(): Omit<QueuesReport, 'areInDatabase'> {
    const queues = [...this.all()].map(queue => ({
      topic: queue.topic,
      queueId: queue.queueId,
      minOffset: queue.firstMatchedOffset ?? queue.entries.maxOffset,
      maxOffset: queue.entries.maxOffset,
      fileCount: queue.entries.fileCount,
      blankCount: queue.blankCount,
      nowhereCount: queue.nowhereCount,
    }))
    const sum = (of: (queue: QueueCursor) => number): number =>
      [...this.all()].reduce((total, queue) => total + of(queue), 0)
    return {
      topicCount: new Set(queues.map(({ topic }) => topic)).size,
      queueCount: queues.length,
      entryCount: sum(queue => queue.entryCount),
      matchedCount: sum(queue => queue.matchedCount),
      blankCount: sum(queue => queue.blankCount),
      nowhereCount: sum(queue => queue.nowhereCount),
      hiddenRecordCount: this.hiddenRecordCount,
      formerRecordCount: this.formerRecordCount + this.absent.lostCount,
      pendingRecordCount: this.pendingRecordCount + this.absent.pendingCount,
      queues,
    }
  }

  private meetQueue(queue: QueueCursor, record: RecordToDispatch): void {
    switch (this.advanceTo(queue, record.physicalOffset)) {
      case 'its entry':
        this.compare(queue, record)
        queue.advance()
        return
      case 'a later one':
        this.formerRecordCount += 1
        return
      case 'the end':
        this.meetEnd(queue, record)
    }
  }

  /** The queue has no entry for the record: still to be written, made again at the next start, or lost. */
  private meetEnd(queue: QueueCursor, record: RecordToDispatch): void {
    const { physicalOffset, queueOffset } = record
    if (queueOffset < queue.entries.maxOffset) this.formerRecordCount += 1
    else if (this.options.mustHaveEntry(physicalOffset)) {
      this.options.problems.add('queue', () => `${nameOf(record)} at ${physicalOffset} of the log has no entry`)
    } else this.pendingRecordCount += 1
  }

  /** A message may be in further queues, which it names. Source: store/LmqDispatch.java */
  private meetLiteQueues({ properties, physicalOffset }: RecordToDispatch): void {
    const names = readProperty(properties, 'INNER_MULTI_DISPATCH')
    if (names === null) return
    for (const name of names.split(',')) {
      const queue = this.options.queues.find(name, 0)
      if (queue === null || this.advanceTo(queue, physicalOffset) !== 'its entry') continue
      this.matched(queue)
      queue.advance()
    }
  }

  /** Goes over the entries that point before `physicalOffset`: their records would have come. */
  private advanceTo(queue: QueueCursor, physicalOffset: number): 'its entry' | 'a later one' | 'the end' {
    return this.reading(queue, () => {
      while (queue.load(this.windowBytes)) {
        if (queue.physicalOffset === physicalOffset && !queue.isBlank && !queue.isEmpty) return 'its entry'
        const isLater = queue.physicalOffset > physicalOffset && !queue.isEmpty
        if (isLater && queue.once(() => this.leadsToItsRecord(queue))) return 'a later one'
        this.pass(queue)
        queue.advance()
      }
      return 'the end'
    })
  }

  /** The entry at hand has no record. */
  private pass(queue: QueueCursor): void {
    const { isBlank, isEmpty, physicalOffset } = queue
    if (isBlank) queue.blankCount += 1
    else if (isEmpty || this.shouldBeThere(physicalOffset)) {
      queue.nowhereCount += 1
      this.options.problems.add(
        'entry',
        () => `${entryName(queue)} ${isEmpty ? 'is empty' : this.whereItPoints(queue)}`,
      )
    }
  }

  private shouldBeThere(physicalOffset: number): boolean {
    if (physicalOffset < this.logStartOffset) return false
    return fileAt(this.options.logFiles, physicalOffset)?.isGone !== true
  }

  private leadsToItsRecord(queue: QueueCursor): boolean {
    const { physicalOffset, topic, queueId, queueOffset } = queue
    const head = bytesAt(this.options.logFiles, physicalOffset, RECORD_HEAD_BYTES)
    if (head === null || !isRecordOf(head, 0, physicalOffset)) return false
    if (topic.startsWith(LITE_TOPIC_PREFIX)) return true
    return (
      head.readInt32BE(StoredMessageLayout.queueIdAt) === queueId &&
      readInt64(head, StoredMessageLayout.queueOffsetAt) === queueOffset
    )
  }

  private whereItPoints({ physicalOffset }: QueueCursor): string {
    const head = bytesAt(this.options.logFiles, physicalOffset, RECORD_HEAD_BYTES)
    if (head === null) return `points at ${physicalOffset}, which the log does not have`
    if (!isRecordOf(head, 0, physicalOffset)) return `points at ${physicalOffset}, where no record begins`
    const queueId = head.readInt32BE(StoredMessageLayout.queueIdAt)
    const queueOffset = readInt64(head, StoredMessageLayout.queueOffsetAt)
    return `points at ${physicalOffset}, where message ${queueOffset} of another queue (${queueId}) or topic is`
  }

  private matched(queue: QueueCursor): void {
    queue.matchedCount += 1
    queue.firstMatchedOffset ??= queue.queueOffset
  }

  private compare(queue: QueueCursor, record: RecordToDispatch): void {
    this.matched(queue)
    const wrong = disagreement(queue, record, this.options.tagsCheck)
    if (wrong !== null) this.options.problems.add('entry', () => `${entryName(queue)} ${wrong}`)
  }

  /** A queue that cannot be read any further ends there. */
  private reading<T>(queue: QueueCursor, read: () => T): T | 'the end' {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      queue.end()
      if (!queue.entries.isGone) this.options.problems.add('file', () => error.message)
      return 'the end'
    }
  }

  private find(topic: string, queueId: number): QueueCursor | null {
    return this.options.queues.find(topic, queueId) ?? this.options.batchQueues.find(topic, queueId)
  }

  private *all(): IterableIterator<QueueCursor> {
    yield* this.options.queues.all()
    yield* this.options.batchQueues.all()
  }
}

function entryName({ topic, queueId, queueOffset }: QueueCursor): string {
  return `entry ${queueOffset} of ${topic} queue ${queueId}`
}
