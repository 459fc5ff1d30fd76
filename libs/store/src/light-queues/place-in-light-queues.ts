import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import type { PlacedRecord, PutTurn } from '../put-message/put-turn'
import { LIGHT_QUEUE_ID } from './light-queue-names'

/** What has its place goes into these queues too. To those who wait it is as if a message had come to each. */
export function placeInLightQueues(
  turn: PutTurn,
  { physicalOffset, storedBytes, tagsCode, storeTimestamp }: PlacedRecord,
  queueNames: readonly string[],
  consumeQueues: Pick<ConsumeQueueStore, 'require'>,
): void {
  for (const queueName of queueNames) {
    const queue = consumeQueues.require(queueName, LIGHT_QUEUE_ID)
    const record = turn.nextRecord()
    record.topic = queueName
    record.queueId = LIGHT_QUEUE_ID
    record.queueOffset = queue.nextOffset
    record.physicalOffset = physicalOffset
    record.storedBytes = storedBytes
    record.tagsCode = tagsCode
    record.storeTimestamp = storeTimestamp
    record.queue = queue
    queue.append(physicalOffset, storedBytes, tagsCode, storeTimestamp, 1)
  }
}
