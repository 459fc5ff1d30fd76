import type { SubscriptionData } from '@rocketmq-ts/protocol'
import { SubscriptionTable } from './subscription-table'

/**
 * Subscriptions of consumers that pull or pop without a heartbeat, learnt from their requests.
 * Source: broker/client/ConsumerManager.java (consumerCompensationTable)
 */
export class CompensatedSubscriptions {
  private readonly groupTable = new Map<string, SubscriptionTable>()

  put(group: string, subscription: SubscriptionData): void {
    let subscriptions = this.groupTable.get(group)
    if (subscriptions === undefined) this.groupTable.set(group, (subscriptions = new SubscriptionTable()))
    subscriptions.put(subscription)
  }

  find(group: string, topic: string): SubscriptionData | null {
    return this.groupTable.get(group)?.find(topic) ?? null
  }

  all(group: string): readonly SubscriptionData[] {
    return this.groupTable.get(group)?.all() ?? []
  }

  removeOlderThan(deadlineMs: number): void {
    for (const [group, subscriptions] of this.groupTable) {
      subscriptions.removeOlderThan(deadlineMs)
      if (subscriptions.size === 0) this.groupTable.delete(group)
    }
  }
}
