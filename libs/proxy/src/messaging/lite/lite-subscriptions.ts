import type { Clock } from '@rocketmq-ts/base'
import { liteSubscriptionCtlJson, RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import type {
  LiteOffsetOption,
  LiteSubscriptionAction,
  SubscriptionGroupConfig,
  TopicRouteData,
} from '@rocketmq-ts/protocol'
import type { Brokers } from '../brokers'
import { isReadable } from '../metadata'
import type { Metadata } from '../metadata'
import { NoQueueError, requireSuccess } from '../refusals'
import { liteParentOf, liteQuotaOf } from './lite-group'
import {
  GroupNotFoundError,
  LiteParentError,
  LiteSubscriptionQuotaError,
  TooManyLiteSubscriptionsError,
} from './lite-refusals'
import { RateLimit } from './rate-limit'

/** What a client wants to have of the lite topics of one parent, from now on. */
export interface LiteSubscriptionChange {
  readonly action: LiteSubscriptionAction
  readonly clientId: string
  readonly group: string
  /** The parent. */
  readonly topic: string
  readonly liteTopics: readonly string[]
  /** Where the client begins with them; null: where its group is. */
  readonly offsetOption: LiteOffsetOption | null
  /** Grows with each change. */
  readonly version: number
}

export interface LiteSubscriptionsConfig {
  readonly maxSyncLiteSubscriptionRate: number
}

export interface LiteSubscriptionsDeps {
  readonly brokers: Pick<Brokers, 'invoke'>
  readonly metadata: Pick<Metadata, 'findGroup' | 'requireRoute'>
  readonly clock: Pick<Clock, 'monotonicMs'>
}

const TIMEOUT_MS = 2000
/** A client may be ahead of what it was told of its quota. */
const QUOTA_MARGIN = 300

/** Which lite topics clients consume: brokers are told, and forget a client that does not say it all again within minutes. */
export class LiteSubscriptions {
  private readonly additions: RateLimit

  constructor(
    config: LiteSubscriptionsConfig,
    private readonly deps: LiteSubscriptionsDeps,
  ) {
    this.additions = new RateLimit(config.maxSyncLiteSubscriptionRate, deps.clock)
  }

  /**
   * Tells every broker that has the parent, each of which knows what lies with it: `via` a connection of the client's own
   * if it has one, over which brokers then tell it what they have taken from it. Throws GroupNotFoundError, LiteParentError,
   * LiteSubscriptionQuotaError, TooManyLiteSubscriptionsError, TopicNotFoundError, NoQueueError, BrokerRefusedError, and what a
   * broker that cannot be reached throws. Source: proxy/processor/ClientProcessor.java, proxy/service/lite/LiteSubscriptionService.java
   */
  async sync(change: LiteSubscriptionChange, via: Pick<Brokers, 'invoke'> | null): Promise<void> {
    const { group, topic, action, liteTopics } = change
    requireAllowed(change, await this.deps.metadata.findGroup(group, topic))
    if (action === 'PARTIAL_ADD' && !this.additions.take()) throw new TooManyLiteSubscriptionsError(group)
    const brokerNames = readableBrokers(await this.deps.metadata.requireRoute(topic))
    if (brokerNames.length === 0) throw new NoQueueError(topic, 'readable')
    const { clientId, offsetOption, version } = change
    const subscription = { action, clientId, group, topic, liteTopicSet: liteTopics, offsetOption, version }
    const body = liteSubscriptionCtlJson.encode({ subscriptionSet: [subscription] })
    await Promise.all(
      brokerNames.map(async brokerName => {
        const command = RemotingCommand.request(RequestCode.LITE_SUBSCRIPTION_CTL, null, body)
        requireSuccess(await (via ?? this.deps.brokers).invoke(brokerName, command, TIMEOUT_MS))
      }),
    )
  }
}

function requireAllowed(
  { group, topic, liteTopics }: LiteSubscriptionChange,
  config: SubscriptionGroupConfig | null,
): asserts config {
  if (config === null) throw new GroupNotFoundError(group)
  const parent = liteParentOf(config)
  if (parent !== topic) throw new LiteParentError(group, { parent, topic })
  const quota = liteQuotaOf(config)
  if (liteTopics.length > quota + QUOTA_MARGIN) throw new LiteSubscriptionQuotaError(quota)
}

/** Those that consumers may ask, if they have a master. */
function readableBrokers({ queueDatas, brokerDatas }: TopicRouteData): readonly string[] {
  const hasMaster = (brokerName: string): boolean =>
    brokerDatas.some(broker => broker.brokerName === brokerName && broker.brokerAddrs.has(0))
  return queueDatas
    .filter(({ brokerName, perm }) => isReadable(perm) && hasMaster(brokerName))
    .map(({ brokerName }) => brokerName)
}
