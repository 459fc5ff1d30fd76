import { InvalidBodyError } from '@rocketmq-ts/protocol'
import type { LockBatchRequest } from '@rocketmq-ts/protocol'
import type { QueueLockRequest } from './queue-lock-table'

/** Throws InvalidBodyError when it does not say whose locks it is about. */
export function queueLockRequestOf({ clientId, consumerGroup, mqSet }: LockBatchRequest): QueueLockRequest {
  if (clientId === null || consumerGroup === null) throw new InvalidBodyError('clientId or consumerGroup is missing')
  return { group: consumerGroup, clientId, queues: mqSet }
}
