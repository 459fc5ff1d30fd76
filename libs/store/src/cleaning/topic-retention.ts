import type { Clock, Log } from '@rocketmq-ts/base'
import type { CommitLog } from '../commit-log/commit-log'
import type { ConsumeQueue, ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { inStretches } from '../consume-queue/stretches'
import type { MessageLookup } from '../get-message/message-lookup'
import { KeptBytes } from './kept-bytes'
import type { Pauses } from './pauses'
import type { RetentionFloors } from './retention-floors'

const HOUR_MS = 3_600_000

/** How long a topic keeps its messages, beyond what the CommitLog as a whole lets go. */
export interface RetentionRule {
  /** Null: however old they are. */
  readonly hours: number | null
  /** Of the messages of each queue, headers and properties included; null: however many. The newest message stays. */
  readonly bytes: number | null
}

export interface TopicRetentionDeps {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'endOfTurn'>
  readonly log: Log
  readonly commitLog: Pick<CommitLog, 'minOffset'>
  readonly consumeQueues: Pick<ConsumeQueueStore, 'find' | 'topics' | 'queueIds' | 'trim'>
  readonly lookup: Pick<MessageLookup, 'offsetByTime' | 'physicalOffsetOf' | 'storeTimestampOf'>
  readonly floors: RetentionFloors
  readonly pauses: Pick<Pauses, 'isOver'>
  /** Null for a topic that keeps its messages as long as the log does. */
  readonly ruleOf: (topic: string) => RetentionRule | null
}

/**
 * Messages that their topic does not want to keep are no longer served, long before their file of the CommitLog goes:
 * the queue begins behind them. Java has nothing like it.
 */
export class TopicRetention {
  private readonly keptBytes = new WeakMap<ConsumeQueue, KeptBytes>()

  constructor(private readonly deps: TopicRetentionDeps) {}

  /** Goes through the topics once. Rejects with StorageError. */
  async apply(): Promise<void> {
    const { clock, commitLog, consumeQueues, floors, ruleOf } = this.deps
    await inStretches(clock, consumeQueues.topics(), topic => {
      const rule = ruleOf(topic)
      return rule === null ? undefined : this.applyToAll(topic, rule)
    })
    await floors.save(commitLog.minOffset)
  }

  private async applyToAll(topic: string, rule: RetentionRule): Promise<void> {
    const { consumeQueues, pauses } = this.deps
    for (const queueId of consumeQueues.queueIds(topic)) {
      if (!pauses.isOver) await this.applyTo(consumeQueues.find(topic, queueId), rule)
    }
  }

  private async applyTo(queue: ConsumeQueue | null, { hours, bytes }: RetentionRule): Promise<void> {
    if (queue === null || queue.minOffset === queue.maxOffset) return
    const youngOffset = hours === null ? 0 : await this.offsetByAge(queue, hours * HOUR_MS)
    const smallOffset = bytes === null ? 0 : await this.offsetByBytes(queue, bytes)
    const queueOffset = Math.max(youngOffset, smallOffset)
    if (queueOffset > queue.minOffset) await this.trim(queue, queueOffset)
  }

  /** The first message that is young enough. */
  private async offsetByAge(queue: ConsumeQueue, ageMs: number): Promise<number> {
    const { clock, lookup } = this.deps
    const oldestMs = clock.nowMs() - ageMs
    const firstMs = await lookup.storeTimestampOf(queue, queue.minOffset)
    if (firstMs !== null && firstMs >= oldestMs) return queue.minOffset
    return lookup.offsetByTime(queue, oldestMs, 'LOWER')
  }

  private offsetByBytes(queue: ConsumeQueue, bytes: number): Promise<number> {
    let kept = this.keptBytes.get(queue)
    if (kept === undefined) {
      kept = new KeptBytes()
      this.keptBytes.set(queue, kept)
    }
    return kept.offsetOf(queue, bytes)
  }

  private async trim(queue: ConsumeQueue, queueOffset: number): Promise<void> {
    const { consumeQueues, floors, log } = this.deps
    const { topic, queueId } = queue
    const physicalOffset = await this.floorAt(queue, queueOffset)
    if (physicalOffset === null || consumeQueues.find(topic, queueId) !== queue) return
    await consumeQueues.trim(topic, queueId, physicalOffset)
    floors.raise(topic, queueId, physicalOffset)
    log.debug({ topic, queueId, minOffset: queue.minOffset }, 'messages have expired')
  }

  /** Where the record of the message begins; behind the newest record if there is no such message yet. */
  private async floorAt(queue: ConsumeQueue, queueOffset: number): Promise<number | null> {
    const { lookup } = this.deps
    if (queueOffset < queue.maxOffset) return lookup.physicalOffsetOf(queue, queueOffset)
    const newest = await lookup.physicalOffsetOf(queue, queue.maxOffset - 1)
    return newest === null ? null : newest + 1
  }
}
