import type { BrokerConfig } from '../broker-config'
import type { GroupQueue } from '../consumer-order/consumer-order-table'

/**
 * How many messages were popped and are not acknowledged, by queue and group. It counts while there is a limit: whoever
 * sets one at runtime begins with none. Source: broker/pop/PopInflightMessageCounter.java
 */
export class PopInflightMessages {
  private readonly counts = new Map<string, number>()

  constructor(private readonly config: Pick<BrokerConfig, 'enablePopMessageThreshold'>) {}

  of(queue: GroupQueue): number {
    return this.counts.get(keyOf(queue)) ?? 0
  }

  add(queue: GroupQueue, count: number): void {
    if (!this.config.enablePopMessageThreshold) {
      this.counts.clear()
      return
    }
    const key = keyOf(queue)
    const sum = (this.counts.get(key) ?? 0) + count
    if (sum > 0) this.counts.set(key, sum)
    else this.counts.delete(key)
  }
}

function keyOf({ topic, group, queueId }: GroupQueue): string {
  return `${topic}@${group}@${queueId}`
}
