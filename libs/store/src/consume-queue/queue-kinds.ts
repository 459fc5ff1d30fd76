import { StorageError } from '@rocketmq-ts/base'
import { BATCH_ENTRY_BYTES } from './batch-consume-queue-entry'
import { ENTRY_BYTES } from './consume-queue-entry'

export interface QueuesOptions {
  readonly folder: string
  readonly fileBytes: number
}

export interface BatchQueuesOptions extends QueuesOptions {
  /** True for a topic with `queue.type=BatchCQ`. */
  readonly isBatchTopic: (topic: string) => boolean
}

/** Where queues lie, and how long their entries are. */
export interface QueueKind {
  readonly folder: string
  readonly isOfBatches: boolean
  readonly entryBytes: number
  readonly fileBytes: number
  /** The key that sets `fileBytes`. */
  readonly fileBytesKey: string
}

/** The disk has queues of one kind, the topic is of the other: Java does not start either. */
export class QueueTypeError extends StorageError {
  override readonly code = 'RMQ_QUEUE_TYPE'

  constructor(topic: string, folder: string) {
    super(
      `${folder} has queues of topic ${topic}, and its attribute queue.type says otherwise: bring back the topics.json ` +
        'that knows the topic, or move its folder elsewhere',
    )
  }
}

/** The two kinds of queues: with an entry for each message, and with one for each record. */
export class QueueKinds {
  /** Those that there are. */
  readonly all: readonly QueueKind[]
  private readonly singles: QueueKind
  private readonly batches: QueueKind | null
  private readonly isBatchTopic: (topic: string) => boolean

  constructor(singles: QueuesOptions, batches: BatchQueuesOptions | undefined) {
    this.singles = kindOf(singles, { entryBytes: ENTRY_BYTES, fileBytesKey: 'mappedFileSizeConsumeQueue' })
    this.batches =
      batches === undefined
        ? null
        : kindOf(batches, { entryBytes: BATCH_ENTRY_BYTES, fileBytesKey: 'mapperFileSizeBatchConsumeQueue' })
    this.isBatchTopic = batches?.isBatchTopic ?? ((): boolean => false)
    this.all = this.batches === null ? [this.singles] : [this.singles, this.batches]
  }

  of(topic: string): QueueKind {
    return this.batches !== null && this.isBatchTopic(topic) ? this.batches : this.singles
  }
}

function kindOf(
  { folder, fileBytes }: QueuesOptions,
  { entryBytes, fileBytesKey }: Pick<QueueKind, 'entryBytes' | 'fileBytesKey'>,
): QueueKind {
  return {
    folder,
    isOfBatches: entryBytes === BATCH_ENTRY_BYTES,
    entryBytes,
    fileBytes: Math.ceil(fileBytes / entryBytes) * entryBytes,
    fileBytesKey,
  }
}
