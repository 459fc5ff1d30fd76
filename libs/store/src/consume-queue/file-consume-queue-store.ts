import * as path from 'node:path'
import type { Clock, Disk } from '@rocketmq-ts/base'
import { LogFileQueue } from '../log-file/log-file-queue'
import { OpenFiles } from '../log-file/open-files'
import { BatchConsumeQueue } from './batch-consume-queue'
import { ConsumeQueueExts } from './consume-queue-ext'
import type { ExtOptions, FileKind } from './consume-queue-ext'
import type { ConsumeQueueLoad, ConsumeQueueStore } from './consume-queue-store'
import { TailBudget } from './entry-tail'
import { FileConsumeQueue } from './file-consume-queue'
import { QueueKinds, QueueTypeError } from './queue-kinds'
import type { BatchQueuesOptions, QueueKind, QueuesOptions } from './queue-kinds'
import { QueueSyncs } from './queue-syncs'
import { RecentReadAheads } from './recent-read-aheads'
import { inStretches } from './stretches'
import { TopicQueues } from './topic-queues'

/** Descriptors of ConsumeQueue files open at a time. */
const OPEN_FILE_COUNT_MAX = 512
export interface FileConsumeQueueStoreOptions extends QueuesOptions {
  readonly tailBytes: number
  /** For topics of batches; without it there are none. */
  readonly batches?: BatchQueuesOptions
  /** What lies beside the queues; without it nothing is looked for. */
  readonly ext?: ExtOptions
}

export interface FileConsumeQueueStoreDeps {
  readonly disk: Disk
  readonly clock: Clock
  readonly onWriteFailed: (error: Error) => void
}

type FileQueue = FileConsumeQueue | BatchConsumeQueue

/**
 * The queues in Java's layout: `consumequeue/<topic>/<queueId>/<20 digits>`, and the same in `batchconsumequeue`.
 * Source: store/queue/ConsumeQueueStore.java
 */
export class FileConsumeQueueStore implements ConsumeQueueStore {
  private readonly queues = new TopicQueues<FileQueue>()
  private readonly kinds: QueueKinds
  private readonly exts: ConsumeQueueExts
  private readonly openFiles = new OpenFiles(OPEN_FILE_COUNT_MAX)
  private readonly budget: TailBudget
  private readonly readAheads = new RecentReadAheads<FileConsumeQueue>()
  /** Have entries that their files lack. */
  private readonly dirty = new Set<FileConsumeQueue>()
  private readonly syncs: QueueSyncs

  constructor(
    options: FileConsumeQueueStoreOptions,
    private readonly deps: FileConsumeQueueStoreDeps,
  ) {
    this.budget = new TailBudget(options.tailBytes)
    this.kinds = new QueueKinds(options, options.batches)
    this.exts = new ConsumeQueueExts(options.ext, (folder, kind) => this.filesIn(folder, kind))
    this.syncs = new QueueSyncs(() => this.folders(), deps.disk)
  }

  async load(how: ConsumeQueueLoad): Promise<void> {
    const { disk } = this.deps
    this.exts.look(disk)
    for (const kind of this.kinds.all) {
      const topics = disk.list(kind.folder).filter(name => !name.startsWith('.')) // what has a dot is no topic
      await inStretches(this.deps.clock, topics, topic => {
        for (const name of disk.list(path.join(kind.folder, topic))) {
          if (/^\d+$/.test(name)) this.addOf(kind, topic, Number(name)).load(how)
        }
      })
    }
  }

  find(topic: string, queueId: number): FileQueue | null {
    return this.queues.find(topic, queueId)
  }

  require(topic: string, queueId: number): FileQueue {
    return this.queues.find(topic, queueId) ?? this.add(topic, queueId)
  }

  topics(): readonly string[] {
    return this.queues.names()
  }

  queueIds(topic: string): readonly number[] {
    return this.queues.queueIds(topic)
  }

  all(): IterableIterator<FileQueue> {
    return this.queues.all()
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    await inStretches(this.deps.clock, topics, topic => {
      for (const queue of this.queues.remove(topic)) this.drop(queue)
      for (const folder of this.folders()) this.deps.disk.remove(path.join(folder, topic))
    })
  }

  deleteQueue(topic: string, queueId: number): Promise<void> {
    const queue = this.find(topic, queueId)
    if (queue !== null) {
      this.queues.removeQueue(topic, queueId)
      this.drop(queue)
      for (const folder of this.folders()) this.deps.disk.remove(path.join(folder, topic, String(queueId)))
    }
    return Promise.resolve()
  }

  async truncate(physicalOffset: number): Promise<void> {
    await inStretches(this.deps.clock, [...this.all()], queue => queue.truncate(physicalOffset))
  }

  async correctMinOffsets(physicalOffset: number): Promise<void> {
    await inStretches(this.deps.clock, [...this.all()], queue => queue.correctMinOffset(physicalOffset))
  }

  async deleteExpired(physicalOffset: number, pause: () => Promise<void>): Promise<void> {
    await this.correctMinOffsets(physicalOffset)
    await inStretches(this.deps.clock, [...this.all()], async queue => {
      if (queue.deleteExpiredFiles() > 0) await pause()
    })
  }

  trim(topic: string, queueId: number, physicalOffset: number): Promise<void> {
    const queue = this.find(topic, queueId)
    queue?.correctMinOffset(physicalOffset)
    queue?.deleteExpiredFiles()
    return Promise.resolve()
  }

  lastPhysicalOffset(): number | null {
    let last: number | null = null
    for (const queue of this.all()) {
      const physicalOffset = queue.lastPhysicalOffset()
      if (physicalOffset !== null && (last === null || physicalOffset > last)) last = physicalOffset
    }
    return last
  }

  clear(): Promise<void> {
    return this.deleteTopics(this.topics())
  }

  /** A queue that has no room writes by itself. */
  readonly isCrowded = false

  /** Gives the queues' new entries to the page cache. Throws StorageError. */
  async writeOut(): Promise<void> {
    await inStretches(this.deps.clock, [...this.dirty], queue => {
      queue.writeOut()
      this.dirty.delete(queue)
    })
    if (this.budget.isExceeded) await inStretches(this.deps.clock, [...this.all()], queue => queue.forgetTail())
  }

  /** Resolves when all that was written out before the call would survive a loss of power. */
  datasync(): Promise<void> {
    return this.syncs.run()
  }

  close(): Promise<void> {
    for (const queue of this.all()) queue.close()
    return Promise.resolve()
  }

  private add(topic: string, queueId: number): FileQueue {
    return this.addOf(this.kinds.of(topic), topic, queueId)
  }

  /** Throws StorageError for a queue of one kind in a topic of the other. */
  private addOf(kind: QueueKind, topic: string, queueId: number): FileQueue {
    if (kind !== this.kinds.of(topic)) throw new QueueTypeError(topic, kind.folder)
    const entries = this.entriesOf(kind, topic, queueId)
    const queue = kind.isOfBatches ? new BatchConsumeQueue(entries) : entries
    this.queues.add(topic, queueId, queue)
    return queue
  }

  private entriesOf(kind: QueueKind, topic: string, queueId: number): FileConsumeQueue {
    const queue = new FileConsumeQueue(topic, queueId, {
      files: this.filesIn(path.join(topic, String(queueId)), kind),
      entryBytes: kind.entryBytes,
      ext: kind.isOfBatches ? null : this.exts.of(topic, queueId),
      budget: this.budget,
      onDirty: () => this.onDirty(queue),
      onReadAhead: () => this.readAheads.onReadAhead(queue),
      onWriteFailed: this.deps.onWriteFailed,
    })
    return queue
  }

  private filesIn(name: string, { folder, fileBytes, fileBytesKey }: FileKind): LogFileQueue {
    const options = { folder: path.join(folder, name), rootFolder: folder, fileBytes, fileBytesKey }
    return new LogFileQueue(options, this.deps.disk, this.openFiles)
  }

  private folders(): readonly string[] {
    const folders = this.kinds.all.map(({ folder }) => folder)
    return this.exts.folder === null ? folders : [...folders, this.exts.folder]
  }

  private drop(queue: FileQueue): void {
    const entries = queue instanceof BatchConsumeQueue ? queue.entries : queue
    this.dirty.delete(entries)
    this.syncs.forget(entries)
    this.readAheads.forget(entries)
    queue.destroy()
  }

  private onDirty(queue: FileConsumeQueue): void {
    this.dirty.add(queue)
    this.syncs.add(queue)
  }
}
