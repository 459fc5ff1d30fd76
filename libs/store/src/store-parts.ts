import * as os from 'node:os'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import type { StoreCheckpoint } from './checkpoint/store-checkpoint'
import { createCleaning } from './cleaning/create-cleaning'
import type { Cleaning } from './cleaning/create-cleaning'
import type { RetentionRule } from './cleaning/topic-retention'
import { CommitLog } from './commit-log/commit-log'
import { CommitLogFolders } from './commit-log/commit-log-folders'
import { HotTail } from './commit-log/hot-tail'
import type { OpenKeyValueDatabase } from './key-value/key-value-database'
import type { ConsumeQueueStore } from './consume-queue/consume-queue-store'
import { DiskFailure } from './disk-failure'
import { FlushService } from './flush/flush-service'
import { GroupCommit } from './flush/group-commit'
import { GetMessages } from './get-message/get-messages'
import { MessageLookup } from './get-message/message-lookup'
import { ReadBufferPool } from './get-message/read-buffer-pool'
import { RecordReader } from './get-message/record-reader'
import { createMessageIndex } from './index-file/create-message-index'
import type { MessageIndex } from './index-file/create-message-index'
import { multiDispatchOf } from './light-queues/multi-dispatch'
import { LogFileQueue } from './log-file/log-file-queue'
import { OpenFiles } from './log-file/open-files'
import type { MessageStoreConfig } from './message-store-config'
import { PutMessages } from './put-message/put-messages'
import { PutTicketPool } from './put-message/put-ticket'
import { PutTurns } from './put-message/put-turns'
import { QueueEngines } from './queue-engines'
import { AbortFile } from './recovery/abort-file'
import { StoreCounters } from './store-counters'
import { StoreHealth } from './store-health'
import { storePaths } from './store-paths'
import type { StorePaths } from './store-paths'

/** Descriptors of CommitLog files open at a time. */
const OPEN_FILE_COUNT_MAX = 128

export interface FileMessageStoreDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  /** Of this broker, as records hold it: 4 or 16 address bytes, then the port as int32. */
  readonly storeHost: Buffer
  /** How long a message of a delay level waits (key messageDelayLevel): recovery needs it for the schedule topic. */
  readonly delayMsOfLevel: (delayLevel: number) => number
  /** What keeps the queues with `storeType=kv`; by default LevelDB. */
  readonly openDatabase?: OpenKeyValueDatabase
  /** What a topic keeps; null, and without the function for all: as much as the log. Asked again and again. */
  readonly retentionOf?: (topic: string) => RetentionRule | null
  /** True for a topic with `queue.type=BatchCQ`: its queues hold batches as one record. Without it no topic is one. */
  readonly isBatchTopic?: (topic: string) => boolean
  /** Which SQL filters take a record of the topic, for `enableConsumeQueueExt`; null if there are none. */
  readonly bitMapOf?: (topic: string, record: Buffer) => Buffer | null
  /** Awaited when the store is locked, before it is opened: who knows the topics finds them in the same folder. */
  readonly beforeOpen?: () => Promise<void>
}

/** What lies on the disk. */
export interface StoreFiles {
  readonly paths: StorePaths
  readonly engines: QueueEngines
  readonly folders: CommitLogFolders
  readonly files: LogFileQueue
  readonly commitLog: CommitLog
  readonly consumeQueues: ConsumeQueueStore
  readonly checkpoint: StoreCheckpoint
  readonly abortFile: AbortFile
}

/** What a file store is made of. */
export interface StoreParts extends StoreFiles {
  readonly health: StoreHealth
  readonly diskFailure: DiskFailure
  readonly counters: StoreCounters
  readonly groupCommit: GroupCommit
  readonly turns: PutTurns
  readonly putMessages: PutMessages
  readonly getMessages: GetMessages
  readonly lookup: MessageLookup
  readonly records: RecordReader
  readonly index: MessageIndex
  readonly flushService: FlushService
  readonly cleaning: Cleaning
}

/** Builds the parts and joins them; opens nothing. */
export function createStoreParts(config: MessageStoreConfig, deps: FileMessageStoreDeps): StoreParts {
  const { clock, disk, log, storeHost } = deps
  const onWriteFailed = (error: Error): void => diskFailure.onWriteFailed(error)
  const onSyncFailed = (error: Error): void => diskFailure.onSyncFailed(error)
  const onDisk = createStoreFiles(config, deps, onWriteFailed)
  const { commitLog, consumeQueues, checkpoint, paths } = onDisk
  const health = new StoreHealth()
  const diskFailure = new DiskFailure({ clock, log, health, commitLog, consumeQueues })
  const counters = new StoreCounters()
  const tickets = new PutTicketPool()
  const groupCommit = new GroupCommit({ clock, commitLog, onSyncFailed })
  const turns = new PutTurns(config, { clock, commitLog, groupCommit, tickets, counters, onWriteFailed })
  const lookup = new MessageLookup(config, commitLog)
  const pool = new ReadBufferPool()
  const index = createMessageIndex(config, {
    ...{ clock, disk, log, commitLog, turns, checkpoint, lookup },
    folder: paths.index,
  })
  return {
    ...onDisk,
    health,
    diskFailure,
    counters,
    groupCommit,
    turns,
    putMessages: new PutMessages(config, {
      commitLog,
      consumeQueues,
      multiDispatch: multiDispatchOf(config, consumeQueues),
      turns,
      tickets,
      health,
      counters,
      storeHost,
      bitMapOf: config.enableConsumeQueueExt ? (deps.bitMapOf ?? null) : null,
      onWriteFailed,
    }),
    getMessages: new GetMessages(config, {
      clock,
      log,
      commitLog,
      consumeQueues,
      counters,
      pool,
      memoryBytes: os.totalmem(),
    }),
    lookup,
    records: new RecordReader(config, { commitLog, lookup, pool }),
    index,
    flushService: new FlushService(config, {
      clock,
      commitLog,
      groupCommit,
      consumeQueues,
      checkpoint,
      turns,
      onWriteFailed,
      onSyncFailed,
    }),
    cleaning: createCleaning(config, {
      ...onDisk,
      ...{ clock, disk, log, health, lookup },
      followers: [index.service],
      retentionOf: deps.retentionOf ?? keepsAll,
    }),
  }
}

const keepsAll = (): null => null

function createStoreFiles(
  config: MessageStoreConfig,
  deps: FileMessageStoreDeps,
  onWriteFailed: (error: Error) => void,
): StoreFiles {
  const { disk } = deps
  const paths = storePaths(config)
  const fileBytes = config.mappedFileSizeCommitLog
  const { commitLog: folder } = paths
  const folders = new CommitLogFolders({ folders: paths.commitLogs, readOnlyFolders: paths.readOnlyCommitLogs })
  const createLog = (): LogFileQueue =>
    new LogFileQueue(
      { folder, folders, rootFolder: folder, fileBytes, fileBytesKey: 'mappedFileSizeCommitLog' },
      disk,
      new OpenFiles(OPEN_FILE_COUNT_MAX),
    )
  const files = createLog()
  const engines = new QueueEngines(config, { ...deps, paths, createLog, onWriteFailed })
  return {
    paths,
    engines,
    folders,
    files,
    commitLog: new CommitLog(files, new HotTail(config.hotTailBytes, fileBytes)),
    ...engines.create(),
    abortFile: new AbortFile(paths.abort, disk),
  }
}
