import type { Clock, Log } from '@rocketmq-ts/base'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import type { ConsumeQueueStore, EntryToCheck } from '../consume-queue/consume-queue-store'
import { dispatchesToLightQueues } from '../light-queues/multi-dispatch'
import type { LogFileQueue } from '../log-file/log-file-queue'
import type { MessageStoreConfig } from '../message-store-config'
import { QueueReplay } from './queue-replay'
import { isRecordAt, pointsToRecord, replayStart, storeTimestampAt } from './replay-start'
import { walkCommitLog } from './walk-commit-log'

const PROGRESS_PERIOD_MS = 1000

export interface RecoverStoreDeps {
  readonly clock: Clock
  readonly log: Log
  readonly files: LogFileQueue
  readonly consumeQueues: ConsumeQueueStore
  readonly checkpoint: StoreCheckpoint
  /** How long a message of a delay level waits. */
  readonly delayMsOfLevel: (delayLevel: number) => number
}

/** How the last process left the store. */
export interface LastStop {
  /** False after a crash. */
  readonly wasStopped: boolean
  /** True if the last files may be short: the crash may have come while they were cut. */
  readonly mayBeShort: boolean
}

/** The end of the log, and its newest record; all 0 in an empty store. */
export interface RecoveredEnd {
  readonly endOffset: number
  /** Up to here the log is on the disk; what follows may only be in the page cache that the last process left. */
  readonly syncedOffset: number
  readonly physicalOffset: number
  readonly storeTimestamp: number
}

/**
 * Finds the end of the log, and brings the queues in line with it. After a clean stop the queues are complete and only
 * what follows their last record is looked at; after a crash the records from the checkpoint on are dispatched again.
 * Source: store/CommitLog.java (recoverNormally, recoverAbnormally)
 */
export async function recoverStore(
  config: Pick<MessageStoreConfig, 'checkCRCOnRecover' | 'forceVerifyPropCRC' | 'enableLmq' | 'enableMultiDispatch'>,
  deps: RecoverStoreDeps,
  { wasStopped, mayBeShort }: LastStop,
): Promise<RecoveredEnd> {
  const { files, consumeQueues, checkpoint, log } = deps
  // The dead process may have changed it and not synced: were the power to bring back the checkpoint from before, it
  // would speak of queues that are cut here.
  if (!wasStopped) await checkpoint.save()
  files.load({ wasStopped, syncedOffset: checkpoint.logicsPhysicalOffset, mayBeShort })
  if (files.last === null) {
    await consumeQueues.load({ physicalOffset: 0, isRight: () => true, wasStopped, mayBeShort })
    await consumeQueues.clear()
    return { endOffset: 0, syncedOffset: 0, physicalOffset: 0, storeTimestamp: 0 }
  }
  const physicalOffset = wasStopped ? files.last.endOffset : replayStart(files, checkpoint)
  // The record that the checkpoint names has its entry, unless its topic was deleted since.
  const isNamed = physicalOffset > 0 && physicalOffset === checkpoint.logicsPhysicalOffset
  const dispatchFrom = isNamed ? physicalOffset + 1 : physicalOffset
  await consumeQueues.load({
    physicalOffset: dispatchFrom,
    isRight: entry => isRight(entry, deps),
    wasStopped,
    mayBeShort,
  })
  const fromOffset = wasStopped ? startAfterStop(files, consumeQueues) : physicalOffset
  const newest = newestKnown(files, consumeQueues)
  const report = progressOf(deps, fromOffset)
  const replay = new QueueReplay({
    ...deps,
    areQueuesComplete: wasStopped,
    dispatchesToLightQueues: dispatchesToLightQueues(config),
  })
  const { endOffset, reason } = await walkCommitLog({
    files,
    fromOffset,
    checksCrc: config.checkCRCOnRecover,
    checksPropertyCrc: config.checkCRCOnRecover && config.forceVerifyPropCRC,
    onRecord: record => {
      newest.physicalOffset = record.physicalOffset
      newest.storeTimestamp = record.storeTimestamp
      if (wasStopped || record.physicalOffset >= dispatchFrom) replay.put(record)
    },
    onChunk: async offset => {
      report(offset)
      if (consumeQueues.isCrowded) await consumeQueues.writeOut()
    },
  })
  replay.end()
  if (reason !== null) log.warn({ offset: endOffset, reason }, 'the CommitLog is cut where no valid record follows')
  await consumeQueues.truncate(endOffset)
  await consumeQueues.correctMinOffsets(files.first?.startOffset ?? 0)
  log.info({ wasStopped, fromOffset, endOffset }, 'CommitLog recovered')
  return { endOffset, syncedOffset: wasStopped ? endOffset : fromOffset, ...newest }
}

/** The newest record that a queue knows. */
function newestKnown(
  files: LogFileQueue,
  consumeQueues: ConsumeQueueStore,
): { physicalOffset: number; storeTimestamp: number } {
  const physicalOffset = consumeQueues.lastPhysicalOffset() ?? 0
  return { physicalOffset, storeTimestamp: storeTimestampAt(files, physicalOffset) ?? 0 }
}

/** Where that record begins; without one, or if it is damaged, the start of a file. */
function startAfterStop(files: LogFileQueue, consumeQueues: ConsumeQueueStore): number {
  const physicalOffset = consumeQueues.lastPhysicalOffset()
  if (physicalOffset === null) return files.first?.startOffset ?? 0
  if (isRecordAt(files, physicalOffset)) return physicalOffset
  return (files.find(physicalOffset) ?? files.last)?.startOffset ?? 0
}

/** False if the entry is stale, or its message damaged. */
function isRight(entry: EntryToCheck, { files, log }: RecoverStoreDeps): boolean {
  if (pointsToRecord(files, entry)) return true
  log.warn({ ...entry }, 'an entry at the end of a queue is forgotten: there is another message')
  return false
}

function progressOf({ files, clock, log }: RecoverStoreDeps, fromOffset: number): (offset: number) => void {
  const untilOffset = files.last?.endOffset ?? 0
  let lastMs = clock.monotonicMs()
  return offset => {
    if (clock.monotonicMs() - lastMs < PROGRESS_PERIOD_MS) return
    lastMs = clock.monotonicMs()
    log.info({ doneBytes: offset - fromOffset, totalBytes: untilOffset - fromOffset }, 'recovering the CommitLog')
  }
}
