import type { SubscriptionData } from '@rocketmq-ts/protocol'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import type { Clock } from '@rocketmq-ts/base'
import type { MessageFilter } from '@rocketmq-ts/store'
import { isTagType, parseSubscription } from '../filter/subscription-expression'
import type { TagFilters } from '../filter/tag-filter'
import { FilterNotSupportedError } from '../pulls/pull-refusals'
import { popRetryTopicOf } from './pop-retry-topic'

/** Over it the longest known are forgotten, and parsed again. */
const KEPT_COUNT_MAX = 10_000

export interface PopSubscriptionsDeps {
  readonly consumers: Pick<ConsumerTable, 'compensated'>
  readonly filters: Pick<TagFilters, 'of'>
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

  /** Null takes every message. Throws SubscriptionParseError, FilterNotSupportedError. */
  filterOf(wanted: PopSubscription): MessageFilter | null {
    const key = [wanted.group, wanted.topic, wanted.expressionType, wanted.expression].join('\n')
    let subscription = this.known.get(key)
    if (subscription === undefined) {
      subscription = this.parse(wanted)
      this.known.set(key, subscription)
      if (this.known.size > KEPT_COUNT_MAX) this.forgetFirst()
    }
    return this.deps.filters.of(subscription)
  }

  private parse({ group, topic, expression, expressionType }: PopSubscription): SubscriptionData {
    const isGiven = expression !== null && expression !== ''
    const given = isGiven ? { expression, expressionType } : { expression: '*', expressionType: 'TAG' }
    const subVersion = this.deps.clock.nowMs()
    const subscription = parseSubscription({ topic, ...given, subVersion })
    if (!isTagType(subscription.expressionType)) throw new FilterNotSupportedError(subscription.expressionType)
    const retryTopic = popRetryTopicOf(topic, group, 'V1')
    const ofRetries = parseSubscription({ topic: retryTopic, expression: '*', expressionType: 'TAG', subVersion })
    this.deps.consumers.compensated.put(group, subscription)
    this.deps.consumers.compensated.put(group, ofRetries)
    return subscription
  }

  private forgetFirst(): void {
    for (const key of this.known.keys()) {
      this.known.delete(key)
      return
    }
  }
}
