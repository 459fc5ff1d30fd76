import { loadConfig } from '@rocketmq-ts/config'
import type { ConfigDeps, ConfigSources, RuntimeConfig } from '@rocketmq-ts/config'
import { loggingConfigSchema } from '@rocketmq-ts/observability'
import type { LoggingConfig } from '@rocketmq-ts/observability'
import { remotingConfigSchema } from '@rocketmq-ts/remoting'
import type { RemotingConfig } from '@rocketmq-ts/remoting'
import { namesrvConfigBlackList, namesrvConfigSchema, namesrvKnownWithoutEffect } from './namesrv-config'
import type { NamesrvConfig } from './namesrv-config'

export type NamesrvServiceConfig = NamesrvConfig & RemotingConfig & LoggingConfig

/** The schemas of a NameServer; of a key that stands in two, the later one counts. */
export const namesrvSchemas = [loggingConfigSchema, remotingConfigSchema, namesrvConfigSchema] as const

/** Reads namesrv.conf, the environment and flags. Throws ConfigError. */
export function loadNamesrvConfig(
  { file = null, environment = {}, overrides = {}, defaults = {} }: NamesrvConfigSources,
  deps: ConfigDeps,
): RuntimeConfig<NamesrvServiceConfig> {
  return loadConfig(
    {
      service: 'namesrv',
      schemas: namesrvSchemas,
      knownWithoutEffect: namesrvKnownWithoutEffect,
      defaults: { rocketmqHome: environment['ROCKETMQ_HOME'] ?? '', ...defaults },
      file,
      environment,
      overrides,
      persistPathKey: 'configStorePath',
      blackList: namesrvConfigBlackList,
    },
    deps,
  )
}

export type NamesrvConfigSources = Pick<ConfigSources<[]>, 'file' | 'environment' | 'overrides' | 'defaults'>
