import * as os from 'node:os'
import * as path from 'node:path'
import type { MessageStoreConfig } from './message-store-config'

/** Where a store keeps what. Source: store/config/StorePathConfigHelper.java */
export interface StorePaths {
  readonly root: string
  readonly commitLog: string
  readonly consumeQueue: string
  readonly checkpoint: string
  readonly abort: string
  readonly lock: string
}

export function storePaths(config: Pick<MessageStoreConfig, 'storePathRootDir' | 'storePathCommitLog'>): StorePaths {
  const root = path.resolve(config.storePathRootDir || path.join(os.homedir(), 'store'))
  return {
    root,
    commitLog:
      config.storePathCommitLog === '' ? path.join(root, 'commitlog') : path.resolve(config.storePathCommitLog),
    consumeQueue: path.join(root, 'consumequeue'),
    checkpoint: path.join(root, 'checkpoint'),
    abort: path.join(root, 'abort'),
    lock: path.join(root, 'lock'),
  }
}
