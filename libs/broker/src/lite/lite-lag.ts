import type { LiteLag } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import { isLiteQueueOf, readLiteQueueName } from './lite-queue-names'

export interface LiteLagDeps {
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'topicsOf'>
  readonly store: Pick<MessageStore, 'maxOffset' | 'storeTimestampOf'>
}

/** What a group has not consumed yet of the lite topics that it has begun with. */
export interface GroupLag {
  readonly totalCount: number
  /** Those with the most messages, most first. */
  readonly largest: readonly LiteLag[]
}

/** Source: broker/metrics/LiteConsumerLagCalculator.java */
export async function liteLagOf(
  { group, parentTopic, countMax }: { readonly group: string; readonly parentTopic: string; readonly countMax: number },
  { offsets, store }: LiteLagDeps,
): Promise<GroupLag> {
  let totalCount = 0
  const lags: { readonly queueName: string; readonly offset: number; readonly lagCount: number }[] = []
  for (const queueName of offsets.topicsOf(group)) {
    if (!isLiteQueueOf(queueName, parentTopic)) continue
    const offset = offsets.query(group, queueName, 0)
    const lagCount = store.maxOffset(queueName, 0) - offset
    if (lagCount <= 0) continue
    totalCount += lagCount
    lags.push({ queueName, offset, lagCount })
  }
  lags.sort((a, b) => b.lagCount - a.lagCount)
  const largest: LiteLag[] = []
  for (const { queueName, offset, lagCount } of lags.slice(0, Math.max(0, countMax))) {
    const liteTopic = readLiteQueueName(queueName)?.liteTopic ?? null
    const earliestUnconsumedTimestamp = (await store.storeTimestampOf(queueName, 0, offset)) ?? -1
    largest.push({ liteTopic, lagCount, earliestUnconsumedTimestamp })
  }
  return { totalCount, largest }
}
