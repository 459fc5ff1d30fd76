import * as path from 'node:path'
import type { CheckpointFields } from '../checkpoint/store-checkpoint'
import { TopicQueues } from '../consume-queue/topic-queues'
import { OpenFiles } from '../log-file/open-files'
import { configuredQueueCounts, inspectConfigFiles } from './inspect-config-files'
import { listStoredFiles } from './list-stored-files'
import type { ListStoredFilesDeps } from './list-stored-files'
import { IndexMatch } from './match-index'
import { QueueMatch } from './match-queues'
import { keyValueFolders, openQueues } from './open-queues'
import { Problems } from './problems'
import type { QueueCursor } from './queue-cursor'
import { scanCommitLog } from './scan-commit-log'
import type { StoreReport } from './store-report'
import { readAbort, readCheckpoint, requireStore } from './store-state'
import type { ReadOnlyDisk } from './stored-file'

/** Descriptors open at a time. */
const OPEN_FILE_COUNT_MAX = 128

export interface InspectStoreOptions {
  readonly folder: string
  /** Where the CommitLog is; empty: `commitlog` in the store. Absolute. */
  readonly commitLogFolders: readonly string[]
  /** True to check every CRC, every tags code, and every entry of the index files too. */
  readonly isThorough: boolean
  /** As `maxHashSlotNum` of the broker; without it a slot for every four entries, as brokers have it. */
  readonly indexSlotCount?: number | undefined
  /** Problems of each kind that are put in words. */
  readonly problemCountMax: number
}

export interface InspectStoreDeps {
  readonly disk: ReadOnlyDisk
  readonly onProgress: (progress: InspectProgress) => void
}

export interface InspectProgress {
  readonly what: 'queues' | 'bytes of the CommitLog'
  readonly doneCount: number
  /** Null while nobody knows. */
  readonly totalCount: number | null
}

/**
 * Looks through a store, Java's or ours, that may be running: opens files for reading only, and does not take the lock.
 * The queues are measured before the log is read, so whatever they lead to by then is in the log. Throws StorageError if
 * there is none, or the folder cannot be read.
 */
export function inspectStore(options: InspectStoreOptions, { disk, onProgress }: InspectStoreDeps): StoreReport {
  const root = path.resolve(options.folder)
  const inRoot = (name: string): string => path.join(root, name)
  const logFolders = options.commitLogFolders.length > 0 ? options.commitLogFolders : [inRoot('commitlog')]
  requireStore(root, logFolders, disk)
  const problems = new Problems(options.problemCountMax)
  const abort = readAbort(inRoot('abort'), disk)
  const checkpoint = readCheckpoint(inRoot('checkpoint'), { disk, problems })
  const configFolder = inRoot('config')
  const queueCounts = configuredQueueCounts(configFolder, disk)
  const deps = { disk, problems, openFiles: new OpenFiles(OPEN_FILE_COUNT_MAX), mayBeShort: abort !== null }

  const keyValue = keyValueFolders(root, deps)
  const queues = queuesIn(inRoot('consumequeue'), { isBatch: false, keyValue, onProgress }, deps)
  const batchQueues = queuesIn(inRoot('batchconsumequeue'), { isBatch: true, keyValue, onProgress }, deps)
  const logFiles = listStoredFiles(logFolders, deps)
  const totalCount = logFiles.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const match = new QueueMatch({
    ...{ queues, batchQueues, logFiles, problems },
    tagsCheck: options.isThorough ? { mayBeAddress: disk.exists(inRoot('consumequeue_ext')) } : null,
    mustHaveEntry: offset => mustHaveEntry(offset, abort, checkpoint),
    hasQueuesElsewhere: keyValue.length > 0,
    isConfigured: (topic, queueId) => queueId < (queueCounts?.get(topic) ?? 0),
  })
  const index = new IndexMatch(
    {
      folder: inRoot('index'),
      logStartOffset: logFiles[0]?.startOffset ?? 0,
      isLastFileFinished: abort === null,
      slotCount: options.indexSlotCount ?? null,
      isThorough: options.isThorough,
    },
    deps,
  )
  const commitLog = scanCommitLog({
    ...{ files: logFiles, problems, checksCrc: options.isThorough },
    onRecord(record, bytes) {
      match.meet(record)
      index.meet(record, bytes)
    },
    isKnown: record => match.isKnown(record),
    onProgress: doneCount => onProgress({ what: 'bytes of the CommitLog', doneCount, totalCount }),
  })
  match.finish()
  index.finish()
  deps.openFiles.closeAll()
  const configFiles = inspectConfigFiles(configFolder, deps)
  return {
    folder: root,
    isHealthy: problems.totalCount === 0,
    wasStopped: abort === null,
    ...{ abort, checkpoint, commitLog, queues: match.report(), indexFiles: index.reports, configFiles },
    problemCount: problems.totalCount,
    problemCountByKind: problems.byKind(),
    problems: problems.first,
    notes: keyValue.map(folder => `${folder} is that of a key-value engine: its queues are not looked into`),
  }
}

interface QueuesToOpen {
  readonly isBatch: boolean
  /** Folders that are left alone. */
  readonly keyValue: readonly string[]
  readonly onProgress: (progress: InspectProgress) => void
}

function queuesIn(
  folder: string,
  { isBatch, keyValue, onProgress }: QueuesToOpen,
  deps: ListStoredFilesDeps,
): TopicQueues<QueueCursor> {
  if (keyValue.includes(folder)) return new TopicQueues()
  const report = (doneCount: number): void => onProgress({ what: 'queues', doneCount, totalCount: null })
  return openQueues({ folder, isBatch, onProgress: report }, deps)
}

/** True for a record that has its entry, or is lost: recovery will not look at it. */
function mustHaveEntry(physicalOffset: number, abort: string | null, checkpoint: CheckpointFields | null): boolean {
  if (abort === null) return true
  const logicsPhysicalOffset = checkpoint?.logicsPhysicalOffset ?? 0
  return logicsPhysicalOffset > 0 && physicalOffset <= logicsPhysicalOffset
}
