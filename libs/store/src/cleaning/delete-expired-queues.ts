import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import type { RetentionFloors } from './retention-floors'

export interface DeleteExpiredQueuesDeps {
  readonly consumeQueues: Pick<ConsumeQueueStore, 'topics' | 'queueIds' | 'find' | 'correctMinOffsets' | 'deleteQueue'>
  readonly floors: Pick<RetentionFloors, 'floorOf'>
}

/**
 * Deletes the queues of some topics of which the log has no message any more: their offsets begin at 0 again. One that
 * never had a message stays. Throws StorageError. Source: store/queue/ConsumeQueueStore.java (cleanExpired)
 */
export async function deleteExpiredQueues(
  topics: readonly string[],
  logMinOffset: number,
  { consumeQueues, floors }: DeleteExpiredQueuesDeps,
): Promise<void> {
  await consumeQueues.correctMinOffsets(logMinOffset)
  for (const topic of topics) {
    for (const queueId of consumeQueues.queueIds(topic)) {
      const queue = consumeQueues.find(topic, queueId)
      if (queue === null || queue.maxOffset === 0 || queue.minOffset < queue.nextOffset) continue
      // It may be empty because its topic keeps less than the log.
      if (floors.floorOf(topic, queueId) <= logMinOffset) await consumeQueues.deleteQueue(topic, queueId)
    }
  }
}
