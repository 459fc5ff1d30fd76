import * as path from 'node:path'
import { CorruptDataError, StorageError } from '@rocketmq-ts/base'
import { TopicQueues } from '../consume-queue/topic-queues'
import { ALL_QUEUES, decodeQueueRecord, isOfBatchesKey, numberOfKey } from '../consume-queue-kv/queue-records'
import type { KeyValue } from '../key-value/key-value-database'
import { LevelReader } from '../level-files/level-reader'
import { KvEntries } from './kv-entries'
import { levelFolder } from './level-folder'
import type { ListStoredFilesDeps } from './list-stored-files'
import { QueueCursor } from './queue-cursor'

const PROGRESS_QUEUE_COUNT = 256

export interface OpenKvQueuesOptions {
  /** With the database in `db`. */
  readonly folder: string
  /** Called every now and then. */
  readonly onProgress: (doneCount: number) => void
}

export interface KvQueues {
  readonly queues: TopicQueues<QueueCursor>
  readonly batchQueues: TopicQueues<QueueCursor>
  /** False if there may be queues that cannot be read. */
  readonly areAll: boolean
}

/** Opens a database for reading. What is wrong with it is a problem; null if it cannot be read at all. */
export function openForLooking(folder: string, deps: ListStoredFilesDeps): LevelReader | null {
  const { problems, mayBeShort } = deps
  try {
    const reader = new LevelReader(levelFolder(folder, deps))
    const { damages, tears } = reader.journalState
    for (const text of damages) problems.add('database', () => `${text}: a broker that opens it loses what follows`)
    // A crash may leave it so; whoever stops in order does not.
    if (!mayBeShort) for (const text of tears) problems.add('database', () => text)
    return reader
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    problems.add('database', () => `${folder} cannot be read: ${error.message}`)
    return null
  }
}

/** The queues of `storeType=kv`, and where each ends: nothing that is written later counts. */
export function openKvQueues({ folder, onProgress }: OpenKvQueuesOptions, deps: ListStoredFilesDeps): KvQueues {
  const found = { queues: new TopicQueues<QueueCursor>(), batchQueues: new TopicQueues<QueueCursor>() }
  const reader = openForLooking(path.join(folder, 'db'), deps)
  if (reader === null) return { ...found, areAll: false }
  let doneCount = 0
  try {
    for (const range of ALL_QUEUES) {
      for (const pair of reader.pairs(range)) {
        openQueue(pair, { reader, found, deps })
        doneCount += 1
        if (doneCount % PROGRESS_QUEUE_COUNT === 0) onProgress(doneCount)
      }
    }
    return { ...found, areAll: true }
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    deps.problems.add('database', () => `queues cannot be read: ${error.message}`)
    return { ...found, areAll: false }
  }
}

interface FoundQueues {
  readonly reader: LevelReader
  readonly found: Omit<KvQueues, 'areAll'>
  readonly deps: ListStoredFilesDeps
}

function openQueue({ key, value }: KeyValue, { reader, found, deps: { problems } }: FoundQueues): void {
  const isBatch = isOfBatchesKey(key)
  const number = numberOfKey(key)
  const onProblem = (text: string): void => problems.add('queue', () => text)
  try {
    const record = decodeQueueRecord(value)
    const { topic, queueId } = record
    const queues = isBatch ? found.batchQueues : found.queues
    if (queues.find(topic, queueId) !== null) onProblem(`${topic} queue ${queueId} is twice in the database`)
    const entries = new KvEntries({ number, record, isBatch }, { reader, onProblem })
    queues.add(topic, queueId, new QueueCursor({ topic, queueId, isBatch, entries }))
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error
    problems.add('database', () => `queue number ${number} of the database cannot be read: ${error.message}`)
  }
}
