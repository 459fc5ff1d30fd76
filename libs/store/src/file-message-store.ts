import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import type { Lock, Log } from '@rocketmq-ts/base'
import { deleteExpiredQueues } from './cleaning/delete-expired-queues'
import type {
  ArrivalListener,
  GetListener,
  GetMessageQuery,
  MessageBatchToStore,
  MessageQuery,
  MessageStore,
  MessageToStore,
  OffsetBoundary,
  PutListener,
  QueryMessageResult,
  RecordPlace,
  StoreStatistics,
} from './message-store'
import type { MessageStoreConfig } from './message-store-config'
import { recoverStore } from './recovery/recover-store'
import { StoreInUseError } from './store-in-use-error'
import { createStoreParts } from './store-parts'
import type { FileMessageStoreDeps, StoreParts } from './store-parts'

/** A MessageStore in Java's files. `config` may change while it runs. Nothing is touched before `start`. */
export function createFileMessageStore(config: MessageStoreConfig, deps: FileMessageStoreDeps): MessageStore {
  return new FileMessageStore(config, deps)
}

/** Opens and closes; the work is done by the parts. Source: store/DefaultMessageStore.java */
class FileMessageStore implements MessageStore {
  private readonly parts: StoreParts
  private readonly log: Log
  private lock: Lock | null = null
  private isOpen = false

  constructor(
    private readonly config: MessageStoreConfig,
    private readonly deps: FileMessageStoreDeps,
  ) {
    this.log = deps.log.child({ component: 'store' })
    this.parts = createStoreParts(config, { ...deps, log: this.log })
  }

  /** The lock comes first: Java takes it last, and a second process does harm before it is refused. */
  async start(): Promise<void> {
    const { paths, health, flushService, cleaning, counters, index } = this.parts
    const { clock, disk } = this.deps
    disk.makeFolder(paths.root)
    this.lock = disk.lock(paths.lock)
    if (this.lock === null) throw new StoreInUseError(paths.root)
    try {
      await this.deps.beforeOpen?.()
      await this.open()
    } catch (error) {
      await this.close()
      throw error
    }
    counters.bootTimestamp = clock.nowMs()
    this.isOpen = true
    health.end('not running')
    flushService.start()
    index.service.start()
    cleaning.service.start()
  }

  async stop(): Promise<void> {
    if (!this.isOpen) return
    this.isOpen = false
    const { abortFile, commitLog, cleaning, diskFailure, flushService, groupCommit, health, index, turns } = this.parts
    health.begin('not running', 'the broker is stopping')
    turns.end()
    await cleaning.service.stop()
    await diskFailure.stop()
    await flushService.stop()
    groupCommit.stop()
    const isIndexSound = await index.service.stop()
    try {
      commitLog.dropPreparedFiles()
      const hasDiskFailed = health.has('disk failed') || health.has('disk refuses writes')
      if (!hasDiskFailed && isIndexSound) abortFile.remove()
    } catch (err) {
      this.log.error({ err }, 'cannot close the store cleanly, the next start will recover')
    }
    await this.close()
  }

  put(message: MessageToStore, listener: PutListener): void {
    this.parts.putMessages.put(message, listener)
  }

  putBatch(batch: MessageBatchToStore, listener: PutListener): void {
    this.parts.putMessages.putBatch(batch, listener)
  }

  get(query: GetMessageQuery, listener: GetListener): void {
    if (this.isOpen) this.parts.getMessages.get(query, listener)
    else listener.onGetFailed(new StorageError('the store is not running'))
  }

  readRecord(physicalOffset: number): Promise<Buffer | null> {
    return this.parts.lookup.readRecord(physicalOffset)
  }

  readRecords(places: readonly RecordPlace[]): Promise<(Buffer | null)[]> {
    return this.parts.records.readRecords(places)
  }

  queryMessages(query: MessageQuery): Promise<QueryMessageResult> {
    if (!this.isOpen) return Promise.reject(new StorageError('the store is not running'))
    return this.parts.index.queries.query(query)
  }

  recordInMemory(physicalOffset: number, recordBytes: number): Buffer | null {
    return this.parts.lookup.recordInMemory(physicalOffset, recordBytes)
  }

  onArrival(listener: ArrivalListener): void {
    this.parts.turns.onArrival(listener)
  }

  minOffset(topic: string, queueId: number): number {
    return this.parts.consumeQueues.find(topic, queueId)?.minOffset ?? 0
  }

  maxOffset(topic: string, queueId: number): number {
    return this.parts.consumeQueues.find(topic, queueId)?.maxOffset ?? 0
  }

  async offsetByTime(topic: string, queueId: number, timestamp: number, boundary: OffsetBoundary): Promise<number> {
    const queue = this.parts.consumeQueues.find(topic, queueId)
    return queue === null ? 0 : this.parts.lookup.offsetByTime(queue, timestamp, boundary)
  }

  async storeTimestampOf(topic: string, queueId: number, queueOffset: number): Promise<number | null> {
    const queue = this.parts.consumeQueues.find(topic, queueId)
    return queue === null ? null : this.parts.lookup.storeTimestampOf(queue, queueOffset)
  }

  async earliestStoreTimestamp(topic: string, queueId: number): Promise<number | null> {
    return this.storeTimestampOf(topic, queueId, this.minOffset(topic, queueId))
  }

  earliestCommitLogTimestamp(): Promise<number | null> {
    return this.parts.lookup.storeTimestampAt(this.minPhysicalOffset)
  }

  isInMemory(topic: string, queueId: number, queueOffset: number): boolean {
    const { consumeQueues, getMessages } = this.parts
    const physicalOffset = consumeQueues.find(topic, queueId)?.physicalOffsetNow(queueOffset) ?? null
    return physicalOffset !== null && physicalOffset >= getMessages.memoryOffset()
  }

  topics(): readonly string[] {
    return this.parts.consumeQueues.topics()
  }

  queueIds(topic: string): readonly number[] {
    return this.parts.consumeQueues.queueIds(topic)
  }

  deleteTopics(topics: readonly string[]): Promise<void> {
    return this.parts.consumeQueues.deleteTopics(topics)
  }

  deleteExpiredCommitLog(): void {
    this.parts.cleaning.service.deleteExpiredCommitLog()
  }

  deleteExpiredQueues(topics: readonly string[]): Promise<void> {
    const { consumeQueues, cleaning } = this.parts
    const deps = { clock: this.deps.clock, consumeQueues, floors: cleaning.floors }
    return deleteExpiredQueues(topics, this.minPhysicalOffset, deps)
  }

  get minPhysicalOffset(): number {
    return this.parts.commitLog.minOffset
  }

  get maxPhysicalOffset(): number {
    return this.parts.commitLog.writtenOffset
  }

  get flushedPhysicalOffset(): number {
    return this.parts.groupCommit.flushedOffset
  }

  get dispatchBehindBytes(): number {
    return this.maxPhysicalOffset - this.parts.turns.publishedEndOffset
  }

  get isWritable(): boolean {
    return this.parts.health.isWritable
  }

  get notWritableReason(): string | null {
    return this.parts.health.notWritableReason
  }

  get statistics(): StoreStatistics {
    return this.parts.counters
  }

  commitLogDiskRatio(): number {
    return this.parts.cleaning.diskSpace.commitLogRatio()
  }

  commitLogDiskRatios(): ReadonlyMap<string, number> {
    const { cleaning, paths } = this.parts
    return new Map(paths.commitLogs.map(folder => [folder, cleaning.diskSpace.usedRatio(folder)]))
  }

  consumeQueueDiskRatio(): number {
    return this.parts.cleaning.diskSpace.consumeQueueRatio()
  }

  private async open(): Promise<void> {
    const { paths, folders, cleaning, files, commitLog, consumeQueues, checkpoint } = this.parts
    const { abortFile, groupCommit, turns, index } = this.parts
    const { clock, disk, delayMsOfLevel } = this.deps
    const queueFolders = [paths.consumeQueue, paths.batchConsumeQueue]
    if (this.config.enableConsumeQueueExt) queueFolders.push(paths.consumeQueueExt)
    for (const folder of [...queueFolders, ...folders.writable]) {
      disk.makeFolder(folder)
      disk.syncFolder(path.dirname(folder))
    }
    const lastStop = { wasStopped: !abortFile.exists(), mayBeShort: abortFile.names(this.config) }
    abortFile.create(this.config)
    await this.parts.engines.takeOver(lastStop)
    checkpoint.load()
    const deps = { clock, log: this.log, files, consumeQueues, checkpoint, delayMsOfLevel }
    const end = await recoverStore(this.config, deps, lastStop)
    await cleaning.floors.restore(consumeQueues, end.endOffset)
    commitLog.beginAt(end.endOffset)
    groupCommit.beginAt(end.syncedOffset)
    turns.beginAt(end)
    checkpoint.confirmPhyOffset = end.physicalOffset
    if (!(await groupCommit.flush())) throw new StorageError(`cannot bring ${paths.commitLog} to the disk`)
    await index.service.open({ wasStopped: lastStop.wasStopped, logEndOffset: end.endOffset })
  }

  private async close(): Promise<void> {
    const { checkpoint, commitLog, consumeQueues } = this.parts
    commitLog.close()
    await consumeQueues.close()
    checkpoint.close()
    await this.lock?.stop()
    this.lock = null
  }
}
