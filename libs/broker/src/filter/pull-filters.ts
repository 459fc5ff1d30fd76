import type { PullMessageHeader, SubscriptionData } from '@rocketmq-ts/protocol'
import type { MessageFilter } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { FilterDataNotExistError, FilterDataNotLatestError, FilterNotSupportedError } from '../pulls/pull-refusals'
import { isRetryTopic } from '../topics/topic-names'
import type { ConsumerFilterTable } from './consumer-filter-table'
import { BitMapFilter } from './filter-bit-maps'
import { RetryFilter } from './retry-filter'
import type { SqlFilters } from './sql-filter'
import { isTagType } from './subscription-expression'
import { TagFilters } from './tag-filter'

export interface PullFiltersDeps {
  readonly config: Pick<BrokerConfig, 'enablePropertyFilter' | 'filterSupportRetry'>
  readonly sqlFilters: Pick<SqlFilters, 'compiled'>
  readonly consumerFilters: Pick<ConsumerFilterTable, 'find'>
}

/** What a pull says of its subscription. */
type PullOfSubscription = Pick<PullMessageHeader, 'consumerGroup' | 'topic' | 'subVersion'>

/** By which messages are chosen for a pull. Source: broker/processor/PullMessageProcessor.java */
export class PullFilters {
  private readonly tagFilters = new TagFilters()

  constructor(private readonly deps: PullFiltersDeps) {}

  /** For a subscription that came with the pull. Null takes every message. Throws RefusedError. */
  ofGiven(subscription: SubscriptionData, pull: PullOfSubscription): MessageFilter | null {
    if (isTagType(subscription.expressionType)) return this.tagFilters.of(subscription)
    this.requireSupport(subscription)
    // Java's broker gives out every message when the expression is wrong.
    return this.sqlFilterOf(subscription, pull, this.deps.sqlFilters.compiled(subscription))
  }

  /** For a subscription of the group's heartbeats. Null takes every message. Throws RefusedError. */
  ofHeartbeat(subscription: SubscriptionData, pull: PullOfSubscription): MessageFilter | null {
    if (isTagType(subscription.expressionType)) return this.tagFilters.of(subscription)
    const data = this.deps.consumerFilters.find(pull.consumerGroup, pull.topic)
    if (data === null) throw new FilterDataNotExistError()
    if (data.clientVersion < pull.subVersion) throw new FilterDataNotLatestError()
    this.requireSupport(subscription)
    return this.sqlFilterOf(subscription, pull, new BitMapFilter(data))
  }

  private requireSupport({ expressionType }: SubscriptionData): void {
    if (!this.deps.config.enablePropertyFilter) throw new FilterNotSupportedError(expressionType)
  }

  private sqlFilterOf(
    { classFilterMode }: SubscriptionData,
    { topic }: PullOfSubscription,
    filter: MessageFilter,
  ): MessageFilter | null {
    if (classFilterMode) return null
    const { config, consumerFilters } = this.deps
    return config.filterSupportRetry && isRetryTopic(topic) ? new RetryFilter(topic, consumerFilters) : filter
  }
}
