import type { MessageQueue } from '@rocketmq-ts/protocol'

/** What a consumer is given its share by. */
export interface Sharers {
  readonly clientId: string
  /** In order, `clientId` perhaps among them. */
  readonly clientIds: readonly string[]
}

export type AllocateMessageQueues = (queues: readonly MessageQueue[], sharers: Sharers) => readonly MessageQueue[]

/** Neighbours in equal portions, the first ones one larger. Source: client/consumer/rebalance/AllocateMessageQueueAveragely.java */
export const allocateAveragely: AllocateMessageQueues = (queues, { clientId, clientIds }) => {
  const index = clientIds.indexOf(clientId)
  if (index < 0) return []
  const size = Math.floor(queues.length / clientIds.length)
  const largerCount = queues.length % clientIds.length
  const from = index * size + Math.min(index, largerCount)
  return queues.slice(from, from + size + (index < largerCount ? 1 : 0))
}

/** In turn. Source: client/consumer/rebalance/AllocateMessageQueueAveragelyByCircle.java */
export const allocateByCircle: AllocateMessageQueues = (queues, { clientId, clientIds }) => {
  const index = clientIds.indexOf(clientId)
  return queues.filter((_, at) => index >= 0 && at % clientIds.length === index)
}

/** By the names that requests have for them. */
export const allocateStrategies: ReadonlyMap<string, AllocateMessageQueues> = new Map([
  ['AVG', allocateAveragely],
  ['AVG_BY_CIRCLE', allocateByCircle],
])

export const EVERY_QUEUE = -1

/**
 * For consumers that pop, and so can share a queue: each gets its portion and those of the next `shareQueueNum`; with
 * none or enough of them, every queue of every broker, as one. Source: broker/processor/QueryAssignmentProcessor.java
 */
export function allocateForPop(
  allocate: AllocateMessageQueues,
  queues: readonly MessageQueue[],
  { clientId, clientIds, shareQueueNum }: Sharers & { readonly shareQueueNum: number },
): readonly MessageQueue[] {
  if (shareQueueNum <= 0 || shareQueueNum >= clientIds.length - 1) {
    const byBroker = new Map(queues.map(queue => [queue.brokerName, { ...queue, queueId: EVERY_QUEUE }]))
    return [...byBroker.values()]
  }
  const index = clientIds.indexOf(clientId)
  if (clientIds.length > queues.length) return index < 0 ? [] : queues.slice(index % queues.length).slice(0, 1)
  const shares = [allocate(queues, { clientId, clientIds })]
  for (let next = 1; index >= 0 && next <= shareQueueNum; next += 1) {
    const other = clientIds[(index + next) % clientIds.length] ?? clientId
    shares.push(allocate(queues, { clientId: other, clientIds }))
  }
  return [...new Set(shares.flat())]
}
