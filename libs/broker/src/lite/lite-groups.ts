import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'

export interface LiteGroupsDeps {
  readonly config: Pick<BrokerConfig, 'maxClientEventCount'>
  readonly groups: Pick<SubscriptionGroupTable, 'find' | 'findExisting' | 'all'>
}

/** What the attributes of groups say about lite topics. Source: broker/lite/LiteMetadataUtil.java */
export class LiteGroups {
  constructor(private readonly deps: LiteGroupsDeps) {}

  /** The parent topic that the group is bound to; null for a group that has nothing to do with lite topics. */
  boundTopic(group: string): string | null {
    return boundTopicOf(this.deps.groups.findExisting(group))
  }

  /** The groups that are bound to a parent topic, by topic. */
  byBoundTopic(): ReadonlyMap<string, readonly string[]> {
    const byTopic = new Map<string, string[]>()
    for (const [group, config] of this.deps.groups.all()) {
      const topic = boundTopicOf(config)
      if (topic === null) continue
      const groups = byTopic.get(topic)
      if (groups === undefined) byTopic.set(topic, [group])
      else groups.push(group)
    }
    return byTopic
  }

  mayConsume(group: string): boolean {
    return this.deps.groups.find(group)?.consumeEnable === true
  }

  /** One client at a time has a lite topic: the one that asked last. */
  isExclusive(group: string): boolean {
    return this.attribute(group, 'lite.sub.model') === 'Exclusive'
  }

  /** A lite topic that another client takes over begins anew. */
  resetsWhenTaken(group: string): boolean {
    return this.attribute(group, 'lite.sub.reset.offset.exclusive')?.toLowerCase() === 'true'
  }

  /** A lite topic that a client leaves begins anew. */
  resetsWhenLeft(group: string): boolean {
    return this.attribute(group, 'lite.sub.reset.offset.unsubscribe')?.toLowerCase() === 'true'
  }

  /** The group has all lite topics of its parent. */
  isWildcard(group: string): boolean {
    return this.attribute(group, 'lite.sub.wildcard') !== undefined
  }

  /** How many lite topics with messages may wait for one client. */
  eventCountMax(group: string): number {
    const own = Number(this.attribute(group, 'lite.sub.client.max.event.cnt') ?? 0)
    return own > 0 ? own : this.deps.config.maxClientEventCount
  }

  private attribute(group: string, name: string): string | undefined {
    return this.deps.groups.findExisting(group)?.attributes.get(name)
  }
}

export function boundTopicOf(group: SubscriptionGroupConfig | null): string | null {
  return group?.attributes.get('lite.bind.topic') ?? null
}
