import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'

/** An offset that the queue does not have. */
export class OffsetOutOfRangeError extends RefusedError {
  readonly code = 'RMQ_OFFSET_OUT_OF_RANGE'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(offset: number, range: { readonly minOffset: number; readonly maxOffset: number }) {
    super(`Target offset ${offset} not in consume queue range [${range.minOffset}-${range.maxOffset}]`)
  }
}

/** Where an operator wants a group to go on. */
export interface OffsetReset {
  readonly topic: string
  /** Negative: every queue. */
  readonly queueId: number
  /** Null or -1: by the timestamp. Only with a queue. */
  readonly offset: number | null
  /** Negative: at the end. */
  readonly timestamp: number
}

export type ResetStore = Pick<MessageStore, 'minOffset' | 'maxOffset' | 'offsetByTime'>

/** The new offset of each queue. Rejects with OffsetOutOfRangeError, StorageError. Source: broker/processor/AdminBrokerProcessor.java */
export async function resetTargets(
  reset: OffsetReset,
  { store, readQueueNums }: { readonly store: ResetStore; readonly readQueueNums: number },
): Promise<ReadonlyMap<number, number>> {
  const { topic, queueId, offset, timestamp } = reset
  if (queueId >= 0 && offset !== null && offset !== -1) {
    const range = { minOffset: store.minOffset(topic, queueId), maxOffset: store.maxOffset(topic, queueId) }
    if (offset < range.minOffset || offset > range.maxOffset + 1) throw new OffsetOutOfRangeError(offset, range)
    return new Map([[queueId, offset]])
  }
  const queueIds = queueId >= 0 ? [queueId] : Array.from({ length: readQueueNums }, (_, index) => index)
  const targets = new Map<number, number>()
  for (const id of queueIds) {
    const target = timestamp < 0 ? store.maxOffset(topic, id) : await store.offsetByTime(topic, id, timestamp, 'LOWER')
    targets.set(id, target)
  }
  return targets
}
