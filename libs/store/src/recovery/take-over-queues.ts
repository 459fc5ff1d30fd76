import * as path from 'node:path'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import { StorageError } from '@rocketmq-ts/base'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { inStretches } from '../consume-queue/stretches'
import type { StorePaths } from '../store-paths'
import { copyQueues } from './copy-queues'
import { JAVA_GUARD, placeJavaGuard, removeJavaGuard } from './java-guard'

/** What keeps queues, and how far the log is known to be in them. Opened by whoever uses it. */
export interface QueueEngine {
  readonly consumeQueues: ConsumeQueueStore
  readonly checkpoint: StoreCheckpoint
}

export interface TakeOverDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  /** The queues as Java's files in this folder, those of batches in another. */
  readonly filesIn: (folder: string, batchFolder: string) => QueueEngine
  readonly createKv: () => QueueEngine
  /** Brings the queues of an engine in line with the CommitLog, as a start with it would. */
  readonly recover: (engine: QueueEngine) => Promise<void>
}

/** The queues are in Java's RocksDB. */
export class RocksDbQueuesError extends StorageError {
  override readonly code = 'RMQ_ROCKSDB_QUEUES'

  constructor(folder: string) {
    super(
      `${folder} holds queues of Java's RocksDB engine, which cannot be read here: move it away, and the queues are made ` +
        'again from the CommitLog; a queue of which the log has no message left then begins at offset 0 again',
    )
  }
}

/** Where queues of batches lie while those of a whole engine come or go with `consumequeue`. */
export const NESTED_BATCHES = '.batches'

/**
 * Only one engine's queues are there: Java's files if `consumequeue` has anything in it, else the database. Whoever is to
 * work with the other engine lets the one that is there recover, copies, and makes the change with a single rename, so a
 * crash on the way leaves all to the one engine or all to the other. Java never sees files that are behind: it finds
 * none, and makes them from the log. Queues of batches have a folder of their own, and one rename cannot take both: they
 * are within the other one (`.batches`) from before a change until after it.
 */
export class QueueTakeOver {
  constructor(
    private readonly paths: Pick<
      StorePaths,
      'root' | 'consumeQueue' | 'batchConsumeQueue' | 'consumeQueueKv' | 'checkpoint'
    >,
    private readonly deps: TakeOverDeps,
  ) {}

  /** Leaves the queues to the engine `to`. Throws RocksDbQueuesError. */
  async run(to: 'files' | 'kv'): Promise<void> {
    const { disk } = this.deps
    const { consumeQueue, consumeQueueKv } = this.paths
    this.refuseRocksDb()
    for (const left of [this.comingFolder, this.goneFolder]) await this.remove(left)
    const areFilesThere = this.areFilesThere()
    const isKvThere = disk.exists(consumeQueueKv)
    if (to === 'kv' && areFilesThere) await this.filesToKv()
    else if (to === 'files' && isKvThere && !areFilesThere) await this.kvToFiles()
    if (to === 'files') {
      disk.remove(consumeQueueKv)
      this.unnestBatches()
      removeJavaGuard(disk, consumeQueue)
      return
    }
    disk.makeFolder(consumeQueueKv)
    await this.forgetCheckpointOfFiles()
    placeJavaGuard(disk, consumeQueue)
  }

  private async filesToKv(): Promise<void> {
    const { deps, paths } = this
    this.nestBatches()
    deps.disk.remove(paths.consumeQueueKv)
    deps.disk.makeFolder(paths.consumeQueueKv)
    await this.copy(deps.filesIn(paths.consumeQueue, this.nestedBatches), deps.createKv())
    await this.forgetCheckpointOfFiles()
    this.rename(paths.consumeQueue, this.goneFolder)
    deps.disk.makeFolder(paths.consumeQueue)
    await this.remove(this.goneFolder)
  }

  private async kvToFiles(): Promise<void> {
    const { deps, paths } = this
    await this.copy(deps.createKv(), deps.filesIn(this.comingFolder, path.join(this.comingFolder, NESTED_BATCHES)))
    deps.disk.makeFolder(this.comingFolder)
    deps.disk.syncFolder(this.comingFolder)
    deps.disk.remove(paths.consumeQueue)
    this.rename(this.comingFolder, paths.consumeQueue)
  }

  private nestBatches(): void {
    const { disk } = this.deps
    const { batchConsumeQueue, consumeQueue } = this.paths
    if (!this.areBatchFilesThere()) return
    disk.makeFolder(consumeQueue)
    this.rename(batchConsumeQueue, this.nestedBatches)
    disk.syncFolder(consumeQueue)
  }

  /** A crash after it leaves no doubt about whose the queues are: there is no database any more. */
  private unnestBatches(): void {
    const { disk } = this.deps
    if (!disk.exists(this.nestedBatches)) return
    disk.remove(this.paths.batchConsumeQueue)
    this.rename(this.nestedBatches, this.paths.batchConsumeQueue)
    disk.syncFolder(this.paths.consumeQueue)
  }

  private async copy(from: QueueEngine, to: QueueEngine): Promise<void> {
    const { log } = this.deps
    log.info({}, 'the queues were kept by another engine, they are brought over')
    try {
      from.checkpoint.load()
      await this.deps.recover(from)
      await to.consumeQueues.load({ physicalOffset: 0, isRight: () => true, wasStopped: true, mayBeShort: false })
      await copyQueues(from.consumeQueues, to.consumeQueues, this.deps)
      to.checkpoint.load()
      await saveAs(to.checkpoint, from.checkpoint)
    } finally {
      for (const { consumeQueues, checkpoint } of [from, to]) {
        await consumeQueues.close()
        checkpoint.close()
      }
    }
    log.info({}, 'the queues are brought over')
  }

  /** Java must not believe that its queues are up to date: it has none. */
  private async forgetCheckpointOfFiles(): Promise<void> {
    const { checkpoint } = this.deps.filesIn(this.paths.consumeQueue, this.paths.batchConsumeQueue)
    checkpoint.load()
    try {
      if (checkpoint.logicsMsgTimestamp === 0 && checkpoint.logicsPhysicalOffset === 0) return
      checkpoint.logicsMsgTimestamp = 0
      checkpoint.logicsPhysicalOffset = 0
      await checkpoint.save()
    } finally {
      checkpoint.close()
    }
  }

  /** Very many files are not removed in one go. */
  private async remove(folder: string): Promise<void> {
    const { clock, disk } = this.deps
    await inStretches(clock, disk.list(folder), name => disk.remove(path.join(folder, name)))
    disk.remove(folder)
  }

  private areFilesThere(): boolean {
    const { disk } = this.deps
    const hasFiles = disk.list(this.paths.consumeQueue).some(name => name !== JAVA_GUARD)
    return hasFiles || (this.areBatchFilesThere() && !disk.exists(this.paths.consumeQueueKv))
  }

  private areBatchFilesThere(): boolean {
    return this.deps.disk.list(this.paths.batchConsumeQueue).length > 0
  }

  private refuseRocksDb(): void {
    const { disk } = this.deps
    const { root, consumeQueue } = this.paths
    if (disk.exists(path.join(consumeQueue, 'CURRENT'))) throw new RocksDbQueuesError(consumeQueue)
    const apart = path.join(root, 'consumequeue_rocksdb')
    const hasOthers = this.areFilesThere() || disk.exists(this.paths.consumeQueueKv)
    if (!hasOthers && disk.exists(path.join(apart, 'CURRENT'))) throw new RocksDbQueuesError(apart)
  }

  private rename(from: string, to: string): void {
    this.deps.disk.rename(from, to)
    this.deps.disk.syncFolder(this.paths.root)
  }

  private get nestedBatches(): string {
    return path.join(this.paths.consumeQueue, NESTED_BATCHES)
  }

  private get comingFolder(): string {
    return `${this.paths.consumeQueue}.coming`
  }

  private get goneFolder(): string {
    return `${this.paths.consumeQueue}.gone`
  }
}

async function saveAs(checkpoint: StoreCheckpoint, from: StoreCheckpoint): Promise<void> {
  checkpoint.physicMsgTimestamp = from.physicMsgTimestamp
  checkpoint.logicsMsgTimestamp = from.logicsMsgTimestamp
  checkpoint.indexMsgTimestamp = from.indexMsgTimestamp
  checkpoint.masterFlushedOffset = from.masterFlushedOffset
  checkpoint.confirmPhyOffset = from.confirmPhyOffset
  checkpoint.logicsPhysicalOffset = from.logicsPhysicalOffset
  await checkpoint.save()
}
