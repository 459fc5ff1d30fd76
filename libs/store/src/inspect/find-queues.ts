import * as path from 'node:path'
import { TopicQueues } from '../consume-queue/topic-queues'
import { JAVA_GUARD } from '../recovery/java-guard'
import type { ListStoredFilesDeps } from './list-stored-files'
import { openKvQueues } from './open-kv-queues'
import { keyValueFolders, openQueues } from './open-queues'
import type { QueueCursor } from './queue-cursor'

export interface FoundQueues {
  readonly queues: TopicQueues<QueueCursor>
  readonly batchQueues: TopicQueues<QueueCursor>
  /** True if they are in the database of `storeType=kv`. */
  readonly areInDatabase: boolean
  /** True if there are queues that are not looked into. */
  readonly areElsewhere: boolean
  readonly notes: readonly string[]
}

/** Java's files have the queues if there are any, else the database. */
export function isKvEngine(root: string, { disk }: Pick<ListStoredFilesDeps, 'disk'>): boolean {
  const folder = path.join(root, 'consumequeue')
  const areFilesThere = disk.isFolder(folder) && disk.list(folder).some(name => name !== JAVA_GUARD)
  return !areFilesThere && disk.isFolder(kvFolder(root))
}

/** What the checkpoint of those queues is called. */
export function checkpointOf(root: string, isInDatabase: boolean): string {
  return path.join(isInDatabase ? kvFolder(root) : root, 'checkpoint')
}

/** Opens the queues of a store, with whichever engine they are kept. */
export function findQueues(
  root: string,
  onProgress: (doneCount: number) => void,
  deps: ListStoredFilesDeps,
): FoundQueues {
  const areInDatabase = isKvEngine(root, deps)
  const others = keyValueFolders(root, deps)
  const notes = others.map(folder => `${folder} is that of a key-value engine: its queues are not looked into`)
  if (areInDatabase) {
    const { areAll, ...found } = openKvQueues({ folder: kvFolder(root), onProgress }, deps)
    return { ...found, areInDatabase, areElsewhere: others.length > 0 || !areAll, notes }
  }
  const filesIn = (name: string, isBatch: boolean): TopicQueues<QueueCursor> => {
    const folder = path.join(root, name)
    return others.includes(folder) ? new TopicQueues() : openQueues({ folder, isBatch, onProgress }, deps)
  }
  return {
    queues: filesIn('consumequeue', false),
    batchQueues: filesIn('batchconsumequeue', true),
    ...{ areInDatabase, areElsewhere: others.length > 0 },
    notes: deps.disk.exists(kvFolder(root)) ? [...notes, leftOverNote(kvFolder(root))] : notes,
  }
}

function leftOverNote(folder: string): string {
  return `${folder} is left over: the queues are in files, and the next start removes it`
}

function kvFolder(root: string): string {
  return path.join(root, 'consumequeue-kv')
}
