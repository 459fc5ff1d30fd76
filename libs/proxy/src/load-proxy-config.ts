import { ConfigError } from '@rocketmq-ts/base'
import { loadConfig } from '@rocketmq-ts/config'
import type { ConfigDeps, ConfigSources, RuntimeConfig } from '@rocketmq-ts/config'
import { loggingConfigSchema } from '@rocketmq-ts/observability'
import type { LoggingConfig } from '@rocketmq-ts/observability'
import { remotingConfigSchema } from '@rocketmq-ts/remoting'
import type { RemotingConfig } from '@rocketmq-ts/remoting'
import { javaProxyKeys } from './java-proxy-keys'
import { proxyConfigSchema } from './proxy-config'
import type { ProxyConfig } from './proxy-config'

const REDIS_URL = /^rediss?:\/\/[^/\s]+(\/\d*)?$/

export type ProxyServiceConfig = ProxyConfig & RemotingConfig & LoggingConfig

/** The schemas of a proxy; of a key that stands in two, the later one counts. */
export const proxySchemas = [loggingConfigSchema, remotingConfigSchema, proxyConfigSchema] as const

export const proxyKnownWithoutEffect = javaProxyKeys

/** Reads rmq-proxy.json, the environment and flags. Throws ConfigError. Source: proxy/config/ConfigurationManager.java */
export function loadProxyConfig(
  { file = null, environment = {}, overrides = {}, defaults = {} }: ProxyConfigSources,
  deps: ConfigDeps,
): RuntimeConfig<ProxyServiceConfig> {
  const config = loadConfig(
    {
      service: 'proxy',
      schemas: proxySchemas,
      knownWithoutEffect: proxyKnownWithoutEffect,
      defaults: {
        rocketmqHome: environment['RMQ_PROXY_HOME'] ?? environment['ROCKETMQ_HOME'] ?? '',
        namesrvAddr: environment['NAMESRV_ADDR'] ?? '',
        ...defaults,
      },
      file,
      fileFormat: 'json',
      environment,
      overrides,
    },
    deps,
  )
  if (config.values.authorizationEnabled) {
    throw new ConfigError([
      'authorizationEnabled: the proxy does not check yet what a user may do. Leave it out, and have no user who should not be one',
    ])
  }
  const { redisUrl } = config.values
  if (redisUrl !== '' && !(REDIS_URL.test(redisUrl) && URL.canParse(redisUrl))) {
    // Not the value: there may be a password in it.
    throw new ConfigError(['redisUrl: it must be redis://[user:password@]host[:port][/database], or rediss: for TLS'])
  }
  return config
}

export type ProxyConfigSources = Pick<ConfigSources<[]>, 'file' | 'environment' | 'overrides' | 'defaults'>

/** In which of the two modes a proxy runs; the case of the word does not matter. Throws ConfigError. Source: proxy/ProxyMode.java */
export function proxyModeOf({ proxyMode }: Pick<ProxyConfig, 'proxyMode'>): 'LOCAL' | 'CLUSTER' {
  const mode = proxyMode.toUpperCase()
  if (mode === 'LOCAL' || mode === 'CLUSTER') return mode
  throw new ConfigError([`proxyMode: "${proxyMode}" is neither local nor cluster`])
}
