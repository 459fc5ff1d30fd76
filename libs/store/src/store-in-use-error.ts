import { StorageError } from '@rocketmq-ts/base'

/** Another process, ours or Java's, works in the folder. */
export class StoreInUseError extends StorageError {
  override readonly code = 'RMQ_STORE_IN_USE'

  constructor(folder: string) {
    super(`the store ${folder} is in use by another process: stop that one, or set storePathRootDir to another folder`)
  }
}
