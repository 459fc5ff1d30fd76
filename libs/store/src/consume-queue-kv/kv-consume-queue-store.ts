import * as path from 'node:path'
import type { Clock, Disk } from '@rocketmq-ts/base'
import { CorruptDataError, StorageError } from '@rocketmq-ts/base'
import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { TailBudget } from '../consume-queue/entry-tail'
import { QueueTypeError } from '../consume-queue/queue-kinds'
import { RecentReadAheads } from '../consume-queue/recent-read-aheads'
import { inStretches } from '../consume-queue/stretches'
import { TopicQueues } from '../consume-queue/topic-queues'
import type { KeyValueDatabase, OpenKeyValueDatabase } from '../key-value/key-value-database'
import { findValue, keyValuePairs } from '../key-value/key-value-pairs'
import { cutQueue } from './cut-queue'
import { BATCHES, SINGLES } from './entry-kind'
import { KvConsumeQueue } from './kv-consume-queue'
import type { KvConsumeQueueDeps } from './kv-consume-queue'
import { ALL_GONE, ALL_QUEUES, NEXT_NUMBER_KEY, decodeQueueRecord, isOfBatchesKey, numberOfKey } from './queue-records'
import { QueueWriter } from './queue-writer'
import { RunReader } from './run-reader'

/** LevelDB's own defaults. */
const MEMORY_BYTES = 8 * 1024 ** 2

export interface KvConsumeQueueStoreOptions {
  /** Its database lies in `db`. */
  readonly folder: string
  readonly tailBytes: number
  /** True for a topic with `queue.type=BatchCQ`; without it there are none. */
  readonly isBatchTopic?: ((topic: string) => boolean) | undefined
}

export interface KvConsumeQueueStoreDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly openDatabase: OpenKeyValueDatabase
  readonly onWriteFailed: (error: Error) => void
}

/** The queues in one key-value database: for very many of them, where two files each are too much. */
export class KvConsumeQueueStore implements ConsumeQueueStore {
  private readonly queues = new TopicQueues<KvConsumeQueue>()
  private readonly budget: TailBudget
  private readonly readAheads = new RecentReadAheads<KvConsumeQueue>()
  private readonly runs = new RunReader(() => this.openDatabase())
  private readonly writer: QueueWriter
  private readonly queueDeps: KvConsumeQueueDeps
  private database: KeyValueDatabase | null = null
  private isRelieving = false

  constructor(
    private readonly options: KvConsumeQueueStoreOptions,
    private readonly deps: KvConsumeQueueStoreDeps,
  ) {
    const budget = new TailBudget(options.tailBytes)
    const { runs } = this
    const database = (): KeyValueDatabase => this.openDatabase()
    this.budget = budget
    this.writer = new QueueWriter({ clock: deps.clock, budget, database })
    this.queueDeps = {
      budget,
      runs,
      onDirty: queue => this.writer.onDirty(queue),
      onCrowded: () => this.relieve(),
      onReadAhead: queue => this.readAheads.onReadAhead(queue),
      onRestart: queue => {
        this.writer.onGone(queue.number)
        return this.writer.takeNumber()
      },
    }
  }

  find(topic: string, queueId: number): KvConsumeQueue | null {
    return this.queues.find(topic, queueId)
  }

  require(topic: string, queueId: number): KvConsumeQueue {
    return this.queues.find(topic, queueId) ?? this.add(topic, queueId, this.writer.takeNumber())
  }

  topics(): readonly string[] {
    return this.queues.names()
  }

  queueIds(topic: string): readonly number[] {
    return this.queues.queueIds(topic)
  }

  deleteTopics(topics: readonly string[]): Promise<void> {
    for (const topic of topics) for (const queue of this.queues.remove(topic)) this.drop(queue)
    return this.writer.writeOut()
  }

  /**
   * Reads what each queue is; entries stay where they are. Every queue is whole, so nothing has to be forgotten before
   * it is known where the log ends.
   */
  async load(): Promise<void> {
    const { clock, disk, openDatabase } = this.deps
    const { folder } = this.options
    disk.makeFolder(folder)
    disk.syncFolder(path.dirname(folder))
    const databaseFolder = path.join(folder, 'db')
    const whenDamaged = `move ${folder} away: the queues are made again from the CommitLog`
    const onChangesLost = (cause: string): never => {
      throw new CorruptDataError(`${cause}: what it says of the queues is lost, ${whenDamaged}`)
    }
    const options = { clock, disk, memoryBytes: MEMORY_BYTES, whenDamaged, onChangesLost }
    const database = await openDatabase(databaseFolder, options)
    this.database = database
    // LevelDB renames a file last, and leaves the name to the kernel.
    disk.syncFolder(databaseFolder)
    const next = await findValue(database, NEXT_NUMBER_KEY)
    if (next !== null) this.writer.nextNumber = next.readUInt32BE(0)
    for await (const { key } of keyValuePairs(database, ALL_GONE)) this.writer.onLeftOver(numberOfKey(key))
    for (const range of ALL_QUEUES) {
      for await (const { key, value } of keyValuePairs(database, range)) {
        const record = decodeQueueRecord(value)
        const queue = this.add(record.topic, record.queueId, numberOfKey(key))
        if (queue.isOfBatches !== isOfBatchesKey(key)) throw new QueueTypeError(record.topic, folder)
        queue.restore(record)
      }
    }
  }

  async truncate(physicalOffset: number): Promise<void> {
    await this.writeOut()
    const database = this.openDatabase()
    await inStretches(this.deps.clock, this.queues.all(), async queue => {
      const last = queue.lastPhysicalOffset()
      if (last !== null && last >= physicalOffset) await cutQueue(queue, physicalOffset, { database, runs: this.runs })
    })
  }

  async correctMinOffsets(physicalOffset: number): Promise<void> {
    await inStretches(this.deps.clock, this.queues.all(), async queue => {
      await queue.correctMinOffset(physicalOffset)
    })
  }

  async deleteExpired(physicalOffset: number, pause: () => Promise<void>): Promise<void> {
    await inStretches(this.deps.clock, [...this.queues.all()], async queue => {
      if (await this.expire(queue, physicalOffset)) await pause()
    })
    await this.writeOut()
  }

  async trim(topic: string, queueId: number, physicalOffset: number): Promise<void> {
    const queue = this.find(topic, queueId)
    if (queue !== null && (await this.expire(queue, physicalOffset))) await this.writeOut()
  }

  deleteQueue(topic: string, queueId: number): Promise<void> {
    const queue = this.find(topic, queueId)
    if (queue === null) return Promise.resolve()
    this.queues.removeQueue(topic, queueId)
    this.drop(queue)
    return this.writer.writeOut()
  }

  lastPhysicalOffset(): number | null {
    let last: number | null = null
    for (const queue of this.queues.all()) {
      const physicalOffset = queue.lastPhysicalOffset()
      if (physicalOffset !== null && (last === null || physicalOffset > last)) last = physicalOffset
    }
    return last
  }

  clear(): Promise<void> {
    return this.deleteTopics(this.topics())
  }

  get isCrowded(): boolean {
    return this.budget.isExceeded
  }

  /** Resolves when it would survive a loss of power, too. */
  writeOut(): Promise<void> {
    return this.writer.writeOut()
  }

  datasync(): Promise<void> {
    return this.writer.idle()
  }

  async close(): Promise<void> {
    await this.writer.idle()
    await this.database?.close()
    this.database = null
  }

  private openDatabase(): KeyValueDatabase {
    if (this.database === null) throw new StorageError(`${this.options.folder} is not open`)
    return this.database
  }

  private add(topic: string, queueId: number, number: number): KvConsumeQueue {
    const kind = this.options.isBatchTopic?.(topic) === true ? BATCHES : SINGLES
    const queue = new KvConsumeQueue(topic, queueId, number, kind, this.queueDeps)
    this.queues.add(topic, queueId, queue)
    return queue
  }

  private drop(queue: KvConsumeQueue): void {
    this.readAheads.forget(queue)
    this.writer.forget(queue)
    queue.end()
  }

  /** True if entries of the queue point before `physicalOffset`: they go with the next write. */
  private async expire(queue: KvConsumeQueue, physicalOffset: number): Promise<boolean> {
    if (queue.isGone || !(await queue.correctMinOffset(physicalOffset))) return false
    this.writer.onExpired(queue)
    return true
  }

  /** Too many entries wait for the database: it gets them now, and if it does not take them, no more are taken in. */
  private relieve(): void {
    const { onWriteFailed } = this.deps
    if (this.budget.isFarExceeded) onWriteFailed(new StorageError(`${this.options.folder} takes entries too slowly`))
    if (this.isRelieving) return
    this.isRelieving = true
    void this.writeOut()
      .catch(onWriteFailed)
      .finally(() => {
        this.isRelieving = false
      })
  }
}
