import type { SubscriptionData } from '@rocketmq-ts/protocol'
import type { MessageFilter } from '@rocketmq-ts/store'
import { takesEveryTag } from './subscription-expression'

/**
 * Takes the messages whose tag has one of these hashes. Two tags may share one: the consumer looks at the text again.
 * Source: broker/filter/ExpressionMessageFilter.java
 */
export class TagFilter implements MessageFilter {
  readonly matchesRecord = null
  private readonly codes: ReadonlySet<number>

  constructor(codes: Iterable<number>) {
    this.codes = new Set(codes)
  }

  matchesTagsCode(tagsCode: number): boolean {
    return this.codes.has(tagsCode)
  }
}

/** The filters of subscriptions: one comes with a heartbeat and is pulled by for long, so each keeps its filter. */
export class TagFilters {
  private readonly bySubscription = new WeakMap<SubscriptionData, TagFilter>()

  /** Null when the subscription takes every message. */
  of(subscription: SubscriptionData): TagFilter | null {
    if (subscription.classFilterMode || takesEveryTag(subscription)) return null
    let filter = this.bySubscription.get(subscription)
    if (!filter) this.bySubscription.set(subscription, (filter = new TagFilter(subscription.codeSet)))
    return filter
  }
}
