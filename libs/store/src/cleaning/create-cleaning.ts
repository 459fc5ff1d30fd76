import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import { ConfigFile } from '@rocketmq-ts/config'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import type { CommitLog } from '../commit-log/commit-log'
import type { CommitLogFolders } from '../commit-log/commit-log-folders'
import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { DiskSpaceGuard } from '../disk-space-guard'
import type { MessageLookup } from '../get-message/message-lookup'
import type { LogFileQueue } from '../log-file/log-file-queue'
import type { MessageStoreConfig } from '../message-store-config'
import type { StoreHealth } from '../store-health'
import type { StorePaths } from '../store-paths'
import { CleaningService } from './cleaning-service'
import { CommitLogCleaner } from './commit-log-cleaner'
import type { CommitLogFollower } from './commit-log-follower'
import { Pauses } from './pauses'
import { RetentionFloors } from './retention-floors'
import { TopicRetention } from './topic-retention'
import type { RetentionRule } from './topic-retention'

export interface CreateCleaningDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  readonly health: StoreHealth
  readonly paths: StorePaths
  readonly folders: CommitLogFolders
  readonly files: LogFileQueue
  readonly commitLog: CommitLog
  readonly consumeQueues: ConsumeQueueStore
  readonly checkpoint: StoreCheckpoint
  readonly lookup: MessageLookup
  /** What points into the log, beside the queues. */
  readonly followers: readonly CommitLogFollower[]
  readonly retentionOf: (topic: string) => RetentionRule | null
}

export interface Cleaning {
  readonly service: CleaningService
  readonly floors: RetentionFloors
  readonly diskSpace: DiskSpaceGuard
}

/** Builds what keeps the disk from filling up, and joins it. */
export function createCleaning(config: MessageStoreConfig, deps: CreateCleaningDeps): Cleaning {
  const { clock, disk, log, health, paths, folders, files, commitLog, consumeQueues, checkpoint, lookup } = deps
  const pauses = new Pauses(clock)
  const floors = new RetentionFloors({ log, file: new ConfigFile(paths.retention, { disk, log }) })
  const diskSpace = new DiskSpaceGuard(config, {
    ...{ disk, log, health },
    commitLogFolders: folders,
    consumeQueueFolder: paths.consumeQueue,
  })
  const pause = (): Promise<void> => pauses.pause(config.deleteConsumeQueueFilesInterval)
  const queues = { deleteExpired: (offset: number): Promise<void> => consumeQueues.deleteExpired(offset, pause) }
  const service = new CleaningService(config, {
    ...{ clock, log, pauses, diskSpace, commitLog },
    commitLogCleaner: new CommitLogCleaner(config, { clock, disk, log, files, checkpoint, pauses }),
    followers: [queues, ...deps.followers],
    topicRetention: new TopicRetention({
      ...{ clock, log, commitLog, consumeQueues, lookup, floors, pauses },
      ruleOf: deps.retentionOf,
    }),
  })
  return { service, floors, diskSpace }
}
