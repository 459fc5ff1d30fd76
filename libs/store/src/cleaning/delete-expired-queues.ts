import type { Clock } from '@rocketmq-ts/base'
import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { inStretches } from '../consume-queue/stretches'
import type { RetentionFloors } from './retention-floors'

export interface DeleteExpiredQueuesDeps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'endOfTurn'>
  readonly consumeQueues: Pick<ConsumeQueueStore, 'queueIds' | 'find' | 'correctMinOffsets' | 'deleteQueue'>
  readonly floors: Pick<RetentionFloors, 'floorOf'>
}

/**
 * Deletes the queues of some topics of which the log has no message any more: their offsets begin at 0 again. One that
 * never had a message stays. Rejects with StorageError. Source: store/queue/ConsumeQueueStore.java (cleanExpired)
 */
export async function deleteExpiredQueues(
  topics: readonly string[],
  logMinOffset: number,
  { clock, consumeQueues, floors }: DeleteExpiredQueuesDeps,
): Promise<void> {
  await consumeQueues.correctMinOffsets(logMinOffset)
  await inStretches(clock, topics, async topic => {
    for (const queueId of consumeQueues.queueIds(topic)) {
      const queue = consumeQueues.find(topic, queueId)
      if (queue === null || queue.maxOffset === 0 || queue.minOffset < queue.nextOffset) continue
      // It may be empty because its topic keeps less than the log.
      if (floors.floorOf(topic, queueId) <= logMinOffset) await consumeQueues.deleteQueue(topic, queueId)
    }
  })
}
