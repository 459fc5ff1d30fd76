import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { durationOfMs } from '@rocketmq-ts/protocol/grpc'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import { liteQuotaOf } from '../messaging/lite/lite-group'
import type { ProxyConfig } from '../proxy-config'
import { defaultExponential, defaultRetryDelaysMs } from './retry-delays'

type Settings = v2.Settings.$Properties
type RetryPolicy = v2.RetryPolicy.$Properties

export type SettingsConfig = Pick<
  ProxyConfig,
  | 'maxMessageSize'
  | 'enableTopicMessageTypeCheck'
  | 'grpcClientProducerMaxAttempts'
  | 'grpcClientProducerBackoffInitialMillis'
  | 'grpcClientProducerBackoffMaxMillis'
  | 'grpcClientProducerBackoffMultiplier'
  | 'grpcClientConsumerLongPollingBatchSize'
  | 'grpcClientConsumerMaxLongPollingTimeoutMillis'
  | 'maxLiteTopicSize'
>

/** What is sent back of what a client said, whatever it is. */
function echo({ clientType, accessPoint, requestTimeout, userAgent, clientProperties }: Settings): Settings {
  const said = { accessPoint, requestTimeout, userAgent, clientProperties }
  return { ...(clientType === undefined ? {} : { clientType }), ...withoutNothing(said), metric: { on: false } }
}

function withoutNothing<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  ) as Partial<T>
}

/** What a producer is told: its own settings with what the proxy decides. */
export function producerSettings(given: Settings, config: SettingsConfig): Settings {
  return {
    ...echo(given),
    backoffPolicy: {
      maxAttempts: config.grpcClientProducerMaxAttempts,
      exponentialBackoff: {
        initial: durationOfMs(config.grpcClientProducerBackoffInitialMillis),
        max: durationOfMs(config.grpcClientProducerBackoffMaxMillis),
        multiplier: config.grpcClientProducerBackoffMultiplier,
      },
    },
    publishing: {
      topics: given.publishing?.topics ?? [],
      maxBodySize: config.maxMessageSize,
      validateMessageType: config.enableTopicMessageTypeCheck,
    },
  }
}

export interface ConsumerSettingsParts {
  readonly group: SubscriptionGroupConfig
  readonly config: SettingsConfig
  /** Node's client understands exponential policies alone, and retries at once without one. */
  readonly isExponentialOnly: boolean
}

/** What a consumer is told. Source: proxy/grpc/v2/common/GrpcClientSettingsManager.java */
export function consumerSettings(
  given: Settings,
  { group, config, isExponentialOnly }: ConsumerSettingsParts,
): Settings {
  return {
    ...echo(given),
    backoffPolicy: { maxAttempts: group.retryMaxTimes + 1, ...backoffOf(group, isExponentialOnly) },
    subscription: {
      group: given.subscription?.group ?? null,
      subscriptions: given.subscription?.subscriptions ?? [],
      fifo: group.consumeMessageOrderly,
      receiveBatchSize: config.grpcClientConsumerLongPollingBatchSize,
      longPollingTimeout: durationOfMs(config.grpcClientConsumerMaxLongPollingTimeoutMillis),
      liteSubscriptionQuota: liteQuotaOf(group),
      maxLiteTopicSize: config.maxLiteTopicSize,
    },
  }
}

function backoffOf({ groupRetryPolicy: policy }: SubscriptionGroupConfig, isExponentialOnly: boolean): RetryPolicy {
  if (policy.type === 'EXPONENTIAL') {
    const { initial, max, multiplier } = policy.exponentialRetryPolicy ?? defaultExponential
    return { exponentialBackoff: { initial: durationOfMs(initial), max: durationOfMs(max), multiplier } }
  }
  const delays = policy.customizedRetryPolicy?.next ?? defaultRetryDelaysMs
  if (!isExponentialOnly) return { customizedBackoff: { next: delays.map(durationOfMs) } }
  const [initial, max] = [Math.min(...delays), Math.max(...delays)]
  const { multiplier } = defaultExponential
  return { exponentialBackoff: { initial: durationOfMs(initial), max: durationOfMs(max), multiplier } }
}
