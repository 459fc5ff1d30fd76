import type { SubscriptionData } from '@rocketmq-ts/protocol'

/** What a consumer group subscribes to, by topic. The last heartbeat of any member wins for the whole group. */
export class SubscriptionTable {
  private readonly byTopic = new Map<string, SubscriptionData>()

  /**
   * Takes over the subscriptions of a heartbeat: a topic's entry is replaced by a newer `subVersion`, and topics that
   * are not in it are removed. True if the set of topics changed; a mere newer version is no change.
   * Source: broker/client/ConsumerGroupInfo.java
   */
  update(subscriptions: readonly SubscriptionData[]): boolean {
    let isChanged = false
    const topics = new Set<string>()
    for (const subscription of subscriptions) {
      const { topic } = subscription
      topics.add(topic)
      const known = this.byTopic.get(topic)
      if (known === undefined) isChanged = true
      if (known === undefined || subscription.subVersion > known.subVersion) this.byTopic.set(topic, subscription)
    }
    for (const topic of this.byTopic.keys()) {
      if (topics.has(topic)) continue
      this.byTopic.delete(topic)
      isChanged = true
    }
    return isChanged
  }

  find(topic: string): SubscriptionData | null {
    return this.byTopic.get(topic) ?? null
  }

  put(subscription: SubscriptionData): void {
    this.byTopic.set(subscription.topic, subscription)
  }

  /** Removes what is older than `deadlineMs`; a version is the time of its making. */
  removeOlderThan(deadlineMs: number): void {
    for (const [topic, { subVersion }] of this.byTopic) if (subVersion < deadlineMs) this.byTopic.delete(topic)
  }

  topics(): readonly string[] {
    return [...this.byTopic.keys()]
  }

  all(): readonly SubscriptionData[] {
    return [...this.byTopic.values()]
  }

  get size(): number {
    return this.byTopic.size
  }
}
