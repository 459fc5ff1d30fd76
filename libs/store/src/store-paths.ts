import * as os from 'node:os'
import * as path from 'node:path'
import type { MessageStoreConfig } from './message-store-config'

const MULTI_PATH_SPLITTER = ','

/** Where a store keeps what. Source: store/config/StorePathConfigHelper.java */
export interface StorePaths {
  readonly root: string
  /** The first one, of several. */
  readonly commitLog: string
  readonly commitLogs: readonly string[]
  /** Those of the CommitLog that get no new files; some of them may stand in `commitLogs` too. */
  readonly readOnlyCommitLogs: readonly string[]
  readonly consumeQueue: string
  readonly batchConsumeQueue: string
  readonly consumeQueueExt: string
  /** With `storeType=kv`; not one of Java's. */
  readonly consumeQueueKv: string
  readonly index: string
  readonly checkpoint: string
  readonly abort: string
  readonly lock: string
  readonly timerLog: string
  readonly timerWheel: string
  readonly timerCheckpoint: string
  /** Where queues begin whose topics keep less than the log. Not one of Java's. */
  readonly retention: string
}

export type StorePathsConfig = Pick<MessageStoreConfig, 'storePathRootDir' | 'storePathCommitLog'> &
  Partial<Pick<MessageStoreConfig, 'readOnlyCommitLogStorePaths'>>

export function storePaths(config: StorePathsConfig): StorePaths {
  const root = path.resolve(config.storePathRootDir || path.join(os.homedir(), 'store'))
  const commitLogs = pathsIn(config.storePathCommitLog)
  return {
    root,
    commitLog: commitLogs[0] ?? path.join(root, 'commitlog'),
    commitLogs: commitLogs.length === 0 ? [path.join(root, 'commitlog')] : commitLogs,
    // As in Java, one folder alone has no others beside it.
    readOnlyCommitLogs: commitLogs.length > 1 ? pathsIn(config.readOnlyCommitLogStorePaths ?? '') : [],
    consumeQueue: path.join(root, 'consumequeue'),
    batchConsumeQueue: path.join(root, 'batchconsumequeue'),
    consumeQueueExt: path.join(root, 'consumequeue_ext'),
    consumeQueueKv: path.join(root, 'consumequeue-kv'),
    index: path.join(root, 'index'),
    checkpoint: path.join(root, 'checkpoint'),
    abort: path.join(root, 'abort'),
    lock: path.join(root, 'lock'),
    timerLog: path.join(root, 'timerlog'),
    timerWheel: path.join(root, 'timerwheel'),
    timerCheckpoint: path.join(root, 'config', 'timercheck'),
    retention: path.join(root, 'config', 'queueRetention.json'),
  }
}

function pathsIn(text: string): readonly string[] {
  const paths = text.split(MULTI_PATH_SPLITTER).map(part => part.trim())
  return paths.filter(part => part !== '').map(part => path.resolve(part))
}
