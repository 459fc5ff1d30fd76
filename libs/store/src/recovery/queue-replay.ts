import type { Log } from '@rocketmq-ts/base'
import { readProperty, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { RecordToDispatch } from '../commit-log/check-record'
import { GAP_ENTRY_COUNT_MAX } from '../consume-queue/consume-queue-store'
import type { ConsumeQueue, ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { SCHEDULE_TOPIC, isInQueue, isTopicName } from '../consume-queue/dispatch-rules'
import { innerMessageCountIn, isInnerBatch } from '../consume-queue/inner-batch'
import { lightEntriesOf } from '../light-queues/light-entries'
import { LIGHT_QUEUE_ID } from '../light-queues/light-queue-names'

export interface QueueReplayDeps {
  readonly log: Log
  readonly consumeQueues: Pick<ConsumeQueueStore, 'require'>
  /** How long a message of a delay level waits. */
  readonly delayMsOfLevel: (delayLevel: number) => number
  /** True after a clean stop: of a topic that was deleted no queue is left. */
  readonly areQueuesComplete: boolean
  /** Whether messages may be in further queues. */
  readonly dispatchesToLightQueues: boolean
}

/** What a queue gets of a record. */
interface Entry {
  readonly queueOffset: number
  readonly physicalOffset: number
  readonly recordBytes: number
  readonly tagsCode: number
  readonly storeTimestamp: number
  readonly messageCount: number
}

/**
 * Gives records to their queues, in the order of the log, unless the queue has them. No CRC covers their queue offset. One
 * that is a single bit away from the offset that is due may be damaged, or say that the topic was deleted and made again,
 * or that messages are lost: the next record of the queue tells, and the record waits for it.
 */
export class QueueReplay {
  private readonly doubtful = new Map<ConsumeQueue, Entry>()
  /** Those that were empty before. */
  private readonly madeAgain = new Set<ConsumeQueue>()

  constructor(private readonly deps: QueueReplayDeps) {}

  put(record: RecordToDispatch): void {
    if (!isInQueue(record.sysFlag) || !isTopicName(record.topic)) return
    const entry = this.entryOf(record)
    this.give(this.deps.consumeQueues.require(record.topic, record.queueId), entry)
    if (!this.deps.dispatchesToLightQueues) return
    for (const { queueName, queueOffset } of lightEntriesOf(record)) {
      this.give(this.deps.consumeQueues.require(queueName, LIGHT_QUEUE_ID), { ...entry, queueOffset })
    }
  }

  private give(queue: ConsumeQueue, entry: Entry): void {
    this.settle(queue, entry.queueOffset)
    if (queue.nextOffset === 0) this.madeAgain.add(queue)
    if (isImpossible(entry, queue) || this.isSecondBeginning(entry, queue)) this.leaveOut(queue, entry)
    else if (isOneBitAway(entry.queueOffset, queue.nextOffset)) this.doubtful.set(queue, entry)
    else this.replay(queue, entry)
  }

  /** There is no next record: what waits for one is believed. */
  end(): void {
    for (const [queue, entry] of this.doubtful) this.replay(queue, entry)
    this.doubtful.clear()
  }

  /** The next record of the queue is there. If it goes on as if the one before had the offset that was due, it had. */
  private settle(queue: ConsumeQueue, queueOffset: number): void {
    const entry = this.doubtful.get(queue)
    if (entry === undefined) return
    this.doubtful.delete(queue)
    if (queueOffset === queue.nextOffset + entry.messageCount) this.leaveOut(queue, entry)
    else this.replay(queue, entry)
  }

  private replay(queue: ConsumeQueue, entry: Entry): void {
    const { queueOffset, physicalOffset, recordBytes, tagsCode, storeTimestamp, messageCount } = entry
    const { topic, queueId, nextOffset } = queue
    const values = { topic, queueId, queueOffset, physicalOffset, nextOffset }
    const isSecond = queueOffset < nextOffset && physicalOffset > (queue.lastPhysicalOffset() ?? physicalOffset)
    if (isSecond && queueOffset > 0) {
      this.leaveOut(queue, entry)
      return
    }
    if (queueOffset > nextOffset && nextOffset > 0) this.deps.log.warn(values, 'messages are missing in a queue')
    if (isSecond) {
      this.deps.log.warn(values, 'a queue begins again: its topic was deleted and made again, or it is damaged')
    }
    queue.replay(queueOffset, physicalOffset, recordBytes, tagsCode, storeTimestamp, messageCount)
  }

  /** True if the queue, which is complete, is said to begin with this record, and has others that are older. */
  private isSecondBeginning({ queueOffset, physicalOffset }: Entry, queue: ConsumeQueue): boolean {
    if (queueOffset > 0 || !this.deps.areQueuesComplete || this.madeAgain.has(queue)) return false
    return physicalOffset > (queue.lastPhysicalOffset() ?? physicalOffset)
  }

  private leaveOut({ topic, queueId, nextOffset }: ConsumeQueue, { queueOffset, physicalOffset }: Entry): void {
    this.deps.log.error(
      { topic, queueId, queueOffset, physicalOffset, nextOffset },
      'a message with a damaged queue offset is in no queue',
    )
  }

  private entryOf(record: RecordToDispatch): Entry {
    const { topic, queueOffset, physicalOffset, recordBytes, storeTimestamp, sysFlag, properties } = record
    const delayLevel = topic === SCHEDULE_TOPIC ? Number(readProperty(properties, 'DELAY') ?? 0) : 0
    const tagsCode =
      delayLevel > 0
        ? storeTimestamp + this.deps.delayMsOfLevel(delayLevel)
        : tagsCodeOf(readProperty(properties, 'TAGS'))
    const messageCount = isInnerBatch(sysFlag) ? Math.max(1, innerMessageCountIn(properties)) : 1
    return { queueOffset, physicalOffset, recordBytes, tagsCode, storeTimestamp, messageCount }
  }
}

/** A queue that believed it would serve nothing that comes after. */
function isImpossible({ queueOffset, physicalOffset }: Entry, { nextOffset }: ConsumeQueue): boolean {
  return queueOffset < 0 || (queueOffset > physicalOffset && queueOffset - nextOffset > GAP_ENTRY_COUNT_MAX)
}

function isOneBitAway(queueOffset: number, dueOffset: number): boolean {
  if (queueOffset === dueOffset) return false
  const difference = BigInt(queueOffset) ^ BigInt(dueOffset)
  return (difference & (difference - 1n)) === 0n
}
