import { randomUUID } from 'node:crypto'
import { inOrder } from '@rocketmq-ts/base'
import type { Clock, Component, Log } from '@rocketmq-ts/base'
import type { ProxyConfig } from '../proxy-config'
import { CountsInRedis } from './counts-in-redis'
import { KeysInMemory } from './idempotency-keys'
import type { IdempotencyKeys } from './idempotency-keys'
import { KeysInRedis } from './keys-in-redis'
import { RedisLink } from './redis-link'
import { RenewalsInRedis } from './renewals-in-redis'
import { CountsInMemory } from './request-counts'
import type { RequestCounts } from './request-counts'
import { renewalsAlone } from './shared-renewals'
import type { SharedRenewals } from './shared-renewals'

/** What proxies of one cluster know together, so that it does not matter which of them a client asks. */
export interface SharedState extends Component {
  readonly idempotencyKeys: IdempotencyKeys
  readonly requestCounts: RequestCounts
  readonly renewals: SharedRenewals
  /** Why each proxy knows only its own just now; null: all is well, or there is nothing to share. */
  readonly problem: string | null
}

export type SharedStateConfig = Pick<
  ProxyConfig,
  | 'channelExpiredTimeout'
  | 'httpIdempotencyKeysMax'
  | 'proxyClusterName'
  | 'proxyName'
  | 'redisKeyPrefix'
  | 'redisLeaseMillis'
  | 'redisTimeoutMillis'
  | 'redisUrl'
>

export interface SharedStateDeps {
  readonly clock: Clock
  readonly log: Log
}

/** For requests that are repeated with their Idempotency-Key. */
const KEPT_ANSWER_MS_MAX = 86_400_000
const KEPT_ANSWER_CHARS_MAX = 16_777_216

/** In Redis if there is one, else in memory. */
export function createSharedState(config: SharedStateConfig, deps: SharedStateDeps): SharedState {
  const limits = {
    countMax: config.httpIdempotencyKeysMax,
    charsMax: KEPT_ANSWER_CHARS_MAX,
    ageMsMax: KEPT_ANSWER_MS_MAX,
  }
  if (config.redisUrl !== '') return inRedis(config, limits, deps)
  return {
    idempotencyKeys: new KeysInMemory(limits, deps.clock),
    requestCounts: new CountsInMemory(deps.clock),
    renewals: renewalsAlone,
    problem: null,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  }
}

function inRedis(
  config: SharedStateConfig,
  limits: ConstructorParameters<typeof KeysInRedis>[0],
  { clock, log }: SharedStateDeps,
): SharedState {
  const ownLog = log.child({ component: 'shared-state' })
  const link = new RedisLink(config, { clock, log: ownLog })
  const shared = {
    ...{ link, clock, log: ownLog, leaseMs: config.redisLeaseMillis, clientMs: config.channelExpiredTimeout },
    // Another after every start: what the last one held is for whoever lives.
    proxyId: `${config.proxyName}:${randomUUID()}`,
    keyPrefix: config.redisKeyPrefix === '' ? `rocketmq-proxy:${config.proxyClusterName}:` : config.redisKeyPrefix,
  }
  const idempotencyKeys = new KeysInRedis(limits, shared)
  const renewals = new RenewalsInRedis(shared)
  const component = inOrder([idempotencyKeys, renewals, link])
  return {
    idempotencyKeys,
    requestCounts: new CountsInRedis(shared),
    renewals,
    get problem() {
      return link.problem
    },
    start: () => component.start(),
    stop: () => component.stop(),
  }
}
