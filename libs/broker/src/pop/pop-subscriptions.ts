import type { SubscriptionData } from '@rocketmq-ts/protocol'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import type { MessageFilter } from '@rocketmq-ts/store'
import type { SqlFilters } from '../filter/sql-filter'
import { isTagType, parseSubscription, SubscriptionParseError } from '../filter/subscription-expression'
import type { TagFilters } from '../filter/tag-filter'
import type { BrokerConfig } from '../broker-config'
import { popRetryTopicOf } from './pop-retry-topic'

/** Over it the longest known are forgotten, and parsed again. */
const KEPT_COUNT_MAX = 10_000

export interface PopSubscriptionsDeps {
  readonly consumers: Pick<ConsumerTable, 'compensated'>
  readonly config: Pick<BrokerConfig, 'enableRetryTopicV2'>
  readonly filters: Pick<TagFilters, 'of'>
  readonly sqlFilters: Pick<SqlFilters, 'compiled'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** What a pop says that it wants. */
export interface PopSubscription {
  readonly group: string
  readonly topic: string
  readonly expression: string | null
  readonly expressionType: string | null
}

/** The subscriptions that pops spell out: each comes with every pop of its group, and is parsed once. */
export class PopSubscriptions {
  private readonly known = new Map<string, SubscriptionData>()

  constructor(private readonly deps: PopSubscriptionsDeps) {}

  /**
   * Null takes every message. An expression of SQL92 filters pops whether or not it may filter pulls, as in Java. Throws
   * SubscriptionParseError.
   */
  filterOf(wanted: PopSubscription): MessageFilter | null {
    const key = [wanted.group, wanted.topic, wanted.expressionType, wanted.expression].join('\n')
    let subscription = this.known.get(key)
    if (subscription === undefined) {
      subscription = this.parse(wanted)
      this.known.set(key, subscription)
      if (this.known.size > KEPT_COUNT_MAX) this.forgetFirst()
    }
    return isTagType(subscription.expressionType) ? this.deps.filters.of(subscription) : this.compiled(subscription)
  }

  private parse({ group, topic, expression, expressionType }: PopSubscription): SubscriptionData {
    const isGiven = expression !== null && expression !== ''
    const given = isGiven ? { expression, expressionType } : { expression: '*', expressionType: 'TAG' }
    const subVersion = this.deps.clock.nowMs()
    const subscription = parseSubscription({ topic, ...given, subVersion })
    if (!isTagType(subscription.expressionType)) this.compiled(subscription)
    const retryTopic = popRetryTopicOf(topic, group, this.deps.config.enableRetryTopicV2 ? 'V2' : 'V1')
    const ofRetries = parseSubscription({ topic: retryTopic, expression: '*', expressionType: 'TAG', subVersion })
    this.deps.consumers.compensated.put(group, subscription)
    this.deps.consumers.compensated.put(group, ofRetries)
    return subscription
  }

  private compiled(subscription: SubscriptionData): MessageFilter {
    try {
      return this.deps.sqlFilters.compiled(subscription)
    } catch (error) {
      if (error instanceof RefusedError) throw new SubscriptionParseError({ cause: error })
      throw error
    }
  }

  private forgetFirst(): void {
    for (const key of this.known.keys()) {
      this.known.delete(key)
      return
    }
  }
}
