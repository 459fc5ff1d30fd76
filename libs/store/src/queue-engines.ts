import * as path from 'node:path'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import { StoreCheckpoint } from './checkpoint/store-checkpoint'
import type { OpenKeyValueDatabase } from './key-value/key-value-database'
import { KvConsumeQueueStore } from './consume-queue-kv/kv-consume-queue-store'
import { openLevelDatabase } from './key-value/level-database'
import { FileConsumeQueueStore } from './consume-queue/file-consume-queue-store'
import type { LogFileQueue } from './log-file/log-file-queue'
import type { MessageStoreConfig } from './message-store-config'
import { recoverStore } from './recovery/recover-store'
import type { LastStop, RecoverStoreDeps } from './recovery/recover-store'
import { QueueTakeOver } from './recovery/take-over-queues'
import type { QueueEngine } from './recovery/take-over-queues'
import type { StorePaths } from './store-paths'

export interface QueueEnginesDeps extends Pick<RecoverStoreDeps, 'delayMsOfLevel'> {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  readonly paths: Pick<
    StorePaths,
    'root' | 'consumeQueue' | 'batchConsumeQueue' | 'consumeQueueExt' | 'consumeQueueKv' | 'checkpoint'
  >
  /** The CommitLog, for a recovery that comes before that of the store. */
  readonly createLog: () => LogFileQueue
  /** True for a topic with `queue.type=BatchCQ`. */
  readonly isBatchTopic?: (topic: string) => boolean
  /** By default LevelDB. */
  readonly openDatabase?: OpenKeyValueDatabase
  readonly onWriteFailed: (error: Error) => void
}

/** Makes the engines behind the queues, and brings the queues from one to the other. */
export class QueueEngines {
  constructor(
    private readonly config: Pick<
      MessageStoreConfig,
      | 'storeType'
      | 'mappedFileSizeConsumeQueue'
      | 'mapperFileSizeBatchConsumeQueue'
      | 'mappedFileSizeConsumeQueueExt'
      | 'enableConsumeQueueExt'
      | 'consumeQueueTailBytes'
      | 'checkCRCOnRecover'
      | 'forceVerifyPropCRC'
      | 'enableLmq'
      | 'enableMultiDispatch'
    >,
    private readonly deps: QueueEnginesDeps,
  ) {}

  /** The one that `storeType` asks for. Nothing is opened. */
  create(): QueueEngine {
    const { paths } = this.deps
    return this.config.storeType === 'kv' ? this.createKv() : this.filesIn(paths.consumeQueue, paths.batchConsumeQueue)
  }

  /** Before the engine is opened: the queues may be as the other one left them. Throws RocksDbQueuesError. */
  async takeOver(lastStop: LastStop): Promise<void> {
    const { paths, clock, disk, log } = this.deps
    const takeOver = new QueueTakeOver(paths, {
      ...{ clock, disk, log },
      filesIn: (folder, batchFolder) => this.filesIn(folder, batchFolder),
      createKv: () => this.createKv(),
      recover: engine => this.recover(engine, lastStop),
    })
    await takeOver.run(this.config.storeType === 'kv' ? 'kv' : 'files')
  }

  private async recover(engine: QueueEngine, lastStop: LastStop): Promise<void> {
    const files = this.deps.createLog()
    try {
      await recoverStore(this.config, { ...this.deps, ...engine, files }, lastStop)
    } finally {
      files.close()
    }
  }

  private filesIn(folder: string, batchFolder: string): QueueEngine {
    const { config } = this
    const { paths, disk, isBatchTopic = () => false } = this.deps
    const options = {
      folder,
      fileBytes: config.mappedFileSizeConsumeQueue,
      tailBytes: config.consumeQueueTailBytes,
      batches: { folder: batchFolder, fileBytes: config.mapperFileSizeBatchConsumeQueue, isBatchTopic },
      ext: {
        folder: paths.consumeQueueExt,
        fileBytes: config.mappedFileSizeConsumeQueueExt,
        isEnabled: config.enableConsumeQueueExt,
      },
    }
    return {
      consumeQueues: new FileConsumeQueueStore(options, this.deps),
      checkpoint: new StoreCheckpoint(paths.checkpoint, disk),
    }
  }

  /** Its checkpoint is its own: Java's says how far the queues are in Java's files. */
  private createKv(): QueueEngine {
    const { paths, disk, isBatchTopic, openDatabase = openLevelDatabase } = this.deps
    const folder = paths.consumeQueueKv
    const options = { folder, tailBytes: this.config.consumeQueueTailBytes, isBatchTopic }
    return {
      consumeQueues: new KvConsumeQueueStore(options, { ...this.deps, openDatabase }),
      checkpoint: new StoreCheckpoint(path.join(folder, 'checkpoint'), disk),
    }
  }
}
