import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import { readCheckpointFields } from '../checkpoint/store-checkpoint'
import type { CheckpointFields } from '../checkpoint/store-checkpoint'
import type { Problems } from './problems'
import type { ReadOnlyDisk } from './stored-file'

/** More than this nobody writes there. */
const ABORT_BYTES_MAX = 256
const CHECKPOINT_BYTES = 4096

/** There is no store in the folder. */
export class NoStoreError extends StorageError {
  override readonly code = 'RMQ_NO_STORE'
}

/** Throws NoStoreError, with the reason, if `root` is not the folder of a store. */
export function requireStore(root: string, logFolders: readonly string[], disk: ReadOnlyDisk): void {
  if (!disk.exists(root)) throw new NoStoreError(`there is no folder ${root}`)
  if (!disk.isFolder(root)) throw new NoStoreError(`${root} is no folder: give the one that holds commitlog`)
  const parts = ['commitlog', 'consumequeue', 'checkpoint']
  if (parts.some(name => disk.exists(path.join(root, name))) || logFolders.some(folder => disk.isFolder(folder))) return
  const below = path.join(root, 'store')
  const advice = disk.isFolder(path.join(below, 'commitlog')) ? `: did you mean ${below}?` : ''
  throw new NoStoreError(`${root} holds no store, neither commitlog nor consumequeue nor checkpoint${advice}`)
}

/** What the abort file says; null without one. */
export function readAbort(file: string, disk: ReadOnlyDisk): string | null {
  return disk.exists(file) ? startOf(file, ABORT_BYTES_MAX, disk).toString().trim() : null
}

/** Null without one, or if it cannot be read, which is a problem. */
export function readCheckpoint(
  file: string,
  { disk, problems }: { readonly disk: ReadOnlyDisk; readonly problems: Problems },
): CheckpointFields | null {
  if (!disk.exists(file)) return null
  try {
    return readCheckpointFields(startOf(file, CHECKPOINT_BYTES, disk))
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    problems.add('file', () => error.message)
    return null
  }
}

/** What is no file, or an empty one, is not opened: it may be a pipe. */
function startOf(path: string, bytesMax: number, disk: ReadOnlyDisk): Buffer {
  const bytes = Buffer.alloc(Math.min(bytesMax, disk.sizeBytes(path) ?? 0))
  if (bytes.length === 0) return bytes
  const file = disk.openForReading(path)
  try {
    return bytes.subarray(0, file.readNow(bytes, 0, bytes.length, 0))
  } finally {
    file.close()
  }
}
