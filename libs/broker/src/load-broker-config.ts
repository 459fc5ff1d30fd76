import * as os from 'node:os'
import * as path from 'node:path'
import { javaBrokerKeys, loadConfig } from '@rocketmq-ts/config'
import type { ConfigDeps, ConfigSources, RuntimeConfig } from '@rocketmq-ts/config'
import { loggingConfigSchema, metricsConfigSchema } from '@rocketmq-ts/observability'
import type { LoggingConfig, MetricsConfig } from '@rocketmq-ts/observability'
import { remotingConfigSchema } from '@rocketmq-ts/remoting'
import type { RemotingConfig } from '@rocketmq-ts/remoting'
import { messageStoreConfigSchema } from '@rocketmq-ts/store'
import type { MessageStoreConfig } from '@rocketmq-ts/store'
import { brokerConfigSchema } from './broker-config'
import type { BrokerConfig } from './broker-config'
import { notServedConfigSchema } from './not-served-config'

export type BrokerServiceConfig = BrokerConfig & MessageStoreConfig & RemotingConfig & LoggingConfig & MetricsConfig

/** The schemas of a broker; of a key that stands in two, the later one counts. */
export const brokerSchemas = [
  loggingConfigSchema,
  metricsConfigSchema,
  remotingConfigSchema,
  messageStoreConfigSchema,
  notServedConfigSchema,
  brokerConfigSchema,
] as const

export type BrokerConfigSources = Pick<ConfigSources<[]>, 'file' | 'environment' | 'overrides' | 'defaults'>

/** Reads broker.conf, the environment and flags. Throws ConfigError. Source: broker/BrokerStartup.java */
export function loadBrokerConfig(
  { file = null, environment = {}, overrides = {}, defaults = {} }: BrokerConfigSources,
  deps: ConfigDeps,
): RuntimeConfig<BrokerServiceConfig> {
  return loadConfig(
    {
      service: 'broker',
      schemas: brokerSchemas,
      knownWithoutEffect: javaBrokerKeys,
      defaults: {
        rocketmqHome: environment['ROCKETMQ_HOME'] ?? '',
        namesrvAddr: environment['NAMESRV_ADDR'] ?? '',
        brokerName: os.hostname(),
        brokerConfigPath: path.join(os.homedir(), 'store', 'config', 'broker.properties'),
        ...defaults,
      },
      file,
      environment,
      overrides,
      persistPathKey: 'brokerConfigPath',
      blackList: ['brokerConfigPath', 'rocketmqHome'],
    },
    deps,
  )
}
