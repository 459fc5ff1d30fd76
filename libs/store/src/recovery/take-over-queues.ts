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
  /** The queues as Java's files in this folder. */
  readonly filesIn: (folder: string) => QueueEngine
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

/** The database keeps an entry for each message; queues of batches have one for each record. */
export class BatchQueuesError extends StorageError {
  override readonly code = 'RMQ_BATCH_QUEUES'

  constructor(folder: string) {
    super(`${folder} has queues of batches (queue.type=BatchCQ), which storeType=kv does not keep: set it to default`)
  }
}

/**
 * Only one engine's queues are there: Java's files if `consumequeue` has anything in it, else the database. Whoever is to
 * work with the other engine lets the one that is there recover, copies, and makes the change with a single rename, so a
 * crash on the way leaves all to the one engine or all to the other. Java never sees files that are behind: it finds
 * none, and makes them from the log.
 */
export class QueueTakeOver {
  constructor(
    private readonly paths: Pick<
      StorePaths,
      'root' | 'consumeQueue' | 'batchConsumeQueue' | 'consumeQueueKv' | 'checkpoint'
    >,
    private readonly deps: TakeOverDeps,
  ) {}

  /** Leaves the queues to the engine `to`. Throws RocksDbQueuesError, BatchQueuesError. */
  async run(to: 'files' | 'kv'): Promise<void> {
    const { disk } = this.deps
    const { consumeQueue, batchConsumeQueue, consumeQueueKv } = this.paths
    this.refuseRocksDb()
    if (to === 'kv' && disk.list(batchConsumeQueue).length > 0) throw new BatchQueuesError(batchConsumeQueue)
    for (const left of [this.comingFolder, this.goneFolder]) await this.remove(left)
    const areFilesThere = this.areFilesThere()
    const isKvThere = disk.exists(consumeQueueKv)
    if (to === 'kv' && areFilesThere) await this.filesToKv()
    else if (to === 'files' && isKvThere && !areFilesThere) await this.kvToFiles()
    if (to === 'files') {
      disk.remove(consumeQueueKv)
      removeJavaGuard(disk, consumeQueue)
      return
    }
    disk.makeFolder(consumeQueueKv)
    await this.forgetCheckpointOfFiles()
    placeJavaGuard(disk, consumeQueue)
  }

  private async filesToKv(): Promise<void> {
    const { deps, paths } = this
    deps.disk.remove(paths.consumeQueueKv)
    deps.disk.makeFolder(paths.consumeQueueKv)
    await this.copy(deps.filesIn(paths.consumeQueue), deps.createKv())
    await this.forgetCheckpointOfFiles()
    this.rename(paths.consumeQueue, this.goneFolder)
    deps.disk.makeFolder(paths.consumeQueue)
    await this.remove(this.goneFolder)
  }

  private async kvToFiles(): Promise<void> {
    const { deps, paths } = this
    await this.copy(deps.createKv(), deps.filesIn(this.comingFolder))
    deps.disk.remove(paths.consumeQueue)
    this.rename(this.comingFolder, paths.consumeQueue)
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
    const { checkpoint } = this.deps.filesIn(this.paths.consumeQueue)
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
    return this.deps.disk.list(this.paths.consumeQueue).some(name => name !== JAVA_GUARD)
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
