import * as path from 'node:path'
import type { CheckpointFields } from '../checkpoint/store-checkpoint'
import { OpenFiles } from '../log-file/open-files'
import { checkpointOf, findQueues, isKvEngine } from './find-queues'
import { configuredQueueCounts, inspectConfigFiles, queueCountOf } from './inspect-config-files'
import { inspectTables } from './inspect-tables'
import { listStoredFiles } from './list-stored-files'
import type { ListStoredFilesDeps } from './list-stored-files'
import { IndexMatch } from './match-index'
import { QueueMatch } from './match-queues'
import { Problems } from './problems'
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
  readonly what: 'entries of tables' | 'queues' | 'bytes of the CommitLog'
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
  const deps = { disk, problems, openFiles: new OpenFiles(OPEN_FILE_COUNT_MAX), mayBeShort: abort !== null }
  const checkpoint = readCheckpoint(checkpointOf(root, isKvEngine(root, deps)), deps)
  const { tables, configFiles, queueCounts } = inspectConfig(inRoot('config'), onProgress, deps)

  const report = (doneCount: number): void => onProgress({ what: 'queues', doneCount, totalCount: null })
  const { queues, batchQueues, areInDatabase, areElsewhere, notes } = findQueues(root, report, deps)
  const logFiles = listStoredFiles(logFolders, deps)
  const totalCount = logFiles.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const match = new QueueMatch({
    ...{ queues, batchQueues, logFiles, problems },
    tagsCheck: options.isThorough ? { mayBeAddress: disk.exists(inRoot('consumequeue_ext')) } : null,
    mustHaveEntry: offset => mustHaveEntry(offset, abort, checkpoint),
    hasQueuesElsewhere: areElsewhere,
    isConfigured: (topic, queueId) => queueId < (queueCounts.get(topic) ?? 0),
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
  return {
    folder: root,
    isHealthy: problems.totalCount === 0,
    wasStopped: abort === null,
    ...{ abort, checkpoint, commitLog, indexFiles: index.reports, configFiles, tables },
    queues: { areInDatabase, ...match.report() },
    problemCount: problems.totalCount,
    problemCountByKind: problems.byKind(),
    problems: problems.first,
    notes,
  }
}

/** What JSON files and databases keep beside messages, and how many queues each topic has by it. */
function inspectConfig(
  folder: string,
  onProgress: InspectStoreDeps['onProgress'],
  deps: ListStoredFilesDeps,
): Pick<StoreReport, 'configFiles' | 'tables'> & { readonly queueCounts: ReadonlyMap<string, number> } {
  const queueCounts = configuredQueueCounts(folder, deps.disk) ?? new Map<string, number>()
  const tables = inspectTables(folder, {
    ...deps,
    onProgress: doneCount => onProgress({ what: 'entries of tables', doneCount, totalCount: null }),
    onEntry: (table, name, value) => {
      if (table === 'topics') queueCounts.set(name, queueCountOf(value))
    },
  })
  return { tables, configFiles: inspectConfigFiles(folder, deps), queueCounts }
}

/** True for a record that has its entry, or is lost: recovery will not look at it. */
function mustHaveEntry(physicalOffset: number, abort: string | null, checkpoint: CheckpointFields | null): boolean {
  if (abort === null) return true
  const logicsPhysicalOffset = checkpoint?.logicsPhysicalOffset ?? 0
  return logicsPhysicalOffset > 0 && physicalOffset <= logicsPhysicalOffset
}
