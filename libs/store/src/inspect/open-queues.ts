import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import { TopicQueues } from '../consume-queue/topic-queues'
import { JAVA_GUARD } from '../recovery/java-guard'
import { NESTED_BATCHES } from '../recovery/take-over-queues'
import { FileEntries } from './file-entries'
import { listStoredFiles } from './list-stored-files'
import type { ListStoredFilesDeps } from './list-stored-files'
import { QueueCursor } from './queue-cursor'

export interface OpenQueuesOptions {
  readonly folder: string
  readonly isBatch: boolean
  /** Called every now and then. */
  readonly onProgress: (doneCount: number) => void
}

/** A file that every key-value engine of queues has in its folder. */
const KEY_VALUE_MARK = 'CURRENT'
const PROGRESS_QUEUE_COUNT = 256

/** Folders of the store in which a key-value engine, Java's or ours, keeps queues. They are not looked into. */
export function keyValueFolders(root: string, { disk }: Pick<ListStoredFilesDeps, 'disk'>): readonly string[] {
  return disk
    .list(root)
    .filter(name => name.startsWith('consumequeue'))
    .map(name => path.join(root, name))
    .filter(folder => disk.exists(path.join(folder, KEY_VALUE_MARK)))
}

/** Finds the queues in `<folder>/<topic>/<queueId>`, and where each ends: nothing that is written later counts. */
export function openQueues(
  { folder, isBatch, onProgress }: OpenQueuesOptions,
  deps: ListStoredFilesDeps,
): TopicQueues<QueueCursor> {
  const queues = new TopicQueues<QueueCursor>()
  let doneCount = 0
  for (const topic of foldersIn(folder, deps).filter(name => name !== JAVA_GUARD && name !== NESTED_BATCHES)) {
    for (const name of foldersIn(path.join(folder, topic), deps)) {
      const queueFolder = path.join(folder, topic, name)
      const queueId = Number(name)
      if (!/^\d+$/.test(name) || String(queueId) !== name) {
        deps.problems.add('file', () => `${queueFolder} is no queue: a queue is named by its number`)
        continue
      }
      const queue = openQueue({ queueFolder, topic, queueId, isBatch }, deps)
      if (queue !== null) queues.add(topic, queueId, queue)
      doneCount += 1
      if (doneCount % PROGRESS_QUEUE_COUNT === 0) onProgress(doneCount)
    }
  }
  return queues
}

interface QueuePlace {
  readonly queueFolder: string
  readonly topic: string
  readonly queueId: number
  readonly isBatch: boolean
}

function openQueue(
  { queueFolder, topic, queueId, isBatch }: QueuePlace,
  deps: ListStoredFilesDeps,
): QueueCursor | null {
  try {
    const files = listStoredFiles([queueFolder], deps)
    return new QueueCursor({ topic, queueId, entries: new FileEntries(files, isBatch), isBatch })
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    deps.problems.add('file', () => error.message)
    return null
  }
}

function foldersIn(folder: string, { disk, problems }: ListStoredFilesDeps): readonly string[] {
  try {
    if (!disk.isFolder(folder)) return []
    return disk.list(folder).filter(name => disk.isFolder(path.join(folder, name)))
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    problems.add('file', () => error.message)
    return []
  }
}
