import type { Clock, Log } from '@rocketmq-ts/base'
import { readProperty, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import type { RecordToDispatch } from '../commit-log/check-record'
import { GAP_ENTRY_COUNT_MAX } from '../consume-queue/consume-queue-store'
import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { SCHEDULE_TOPIC, isInQueue, isTopicName } from '../consume-queue/dispatch-rules'
import { innerMessageCountIn, isInnerBatch } from '../consume-queue/inner-batch'
import type { LogFileQueue } from '../log-file/log-file-queue'
import type { MessageStoreConfig } from '../message-store-config'
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
  config: Pick<MessageStoreConfig, 'checkCRCOnRecover' | 'forceVerifyPropCRC'>,
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
    isRight: entry => pointsToRecord(files, entry),
    wasStopped,
    mayBeShort,
  })
  const fromOffset = wasStopped ? startAfterStop(files, consumeQueues) : physicalOffset
  const newest = newestKnown(files, consumeQueues)
  const report = progressOf(deps, fromOffset)
  const { endOffset, reason } = await walkCommitLog({
    files,
    fromOffset,
    checksCrc: config.checkCRCOnRecover,
    checksPropertyCrc: config.checkCRCOnRecover && config.forceVerifyPropCRC,
    onRecord: record => {
      newest.physicalOffset = record.physicalOffset
      newest.storeTimestamp = record.storeTimestamp
      if (wasStopped || record.physicalOffset >= dispatchFrom) dispatch(record, deps)
    },
    onChunk: async offset => {
      report(offset)
      if (consumeQueues.isCrowded) await consumeQueues.writeOut()
    },
  })
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

/** Gives a record to its queue, unless the queue has it. */
function dispatch(record: RecordToDispatch, { consumeQueues, delayMsOfLevel, log }: RecoverStoreDeps): void {
  if (!isInQueue(record.sysFlag) || !isTopicName(record.topic)) return
  const { topic, queueId, queueOffset, physicalOffset, recordBytes, storeTimestamp, sysFlag, properties } = record
  const queue = consumeQueues.require(topic, queueId)
  // No CRC covers this field. A queue that believed it would begin anew, or serve nothing that comes after.
  const isTooLarge = queueOffset > physicalOffset && queueOffset - queue.nextOffset > GAP_ENTRY_COUNT_MAX
  if (queueOffset < 0 || isTooLarge) {
    log.error({ topic, queueId, queueOffset, physicalOffset }, 'a message with a damaged queue offset is in no queue')
    return
  }
  if (queueOffset > queue.nextOffset && queue.nextOffset > 0) {
    log.warn({ topic, queueId, queueOffset, nextOffset: queue.nextOffset }, 'messages are missing in a queue')
  }
  const tagsCode = tagsCodeOfRecord(record, delayMsOfLevel)
  const messageCount = isInnerBatch(sysFlag) ? Math.max(1, innerMessageCountIn(properties)) : 1
  queue.replay(queueOffset, physicalOffset, recordBytes, tagsCode, storeTimestamp, messageCount)
}

function tagsCodeOfRecord(
  { topic, properties, storeTimestamp }: RecordToDispatch,
  delayMsOfLevel: (delayLevel: number) => number,
): number {
  const delayLevel = topic === SCHEDULE_TOPIC ? Number(readProperty(properties, 'DELAY') ?? 0) : 0
  return delayLevel > 0 ? storeTimestamp + delayMsOfLevel(delayLevel) : tagsCodeOf(readProperty(properties, 'TAGS'))
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
