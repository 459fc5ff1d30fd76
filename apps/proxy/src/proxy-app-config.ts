import * as path from 'node:path'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { loadProxyConfig } from '@rocketmq-ts/proxy'
import type { ProxyServiceConfig } from '@rocketmq-ts/proxy'
import type { AppContext, Flag, FlagValues } from '@rocketmq-ts/shell'

/** Java's flags of a proxy. Source: proxy/ProxyStartup.java */
export const proxyFlags: readonly Flag[] = [
  { name: 'namesrvAddr', letter: 'n', value: 'LIST', help: 'NameServers, such as 192.168.0.1:9876;192.168.0.2:9876' },
  { name: 'proxyConfigPath', shortName: 'pc', value: 'FILE', help: 'configuration, in JSON (conf/rmq-proxy.json)' },
  { name: 'proxyMode', shortName: 'pm', value: 'MODE', help: 'cluster, or local: with a broker inside' },
  { name: 'brokerConfigPath', shortName: 'bc', value: 'FILE', help: 'configuration of the broker inside' },
  { name: 'help', letter: 'h', help: 'print this and exit' },
]

const overriding = ['namesrvAddr', 'proxyMode', 'brokerConfigPath'] as const

/** The configuration of the file, the environment, and above them the flags. Throws ConfigError. */
export function loadProxyAppConfig(flags: FlagValues, context: AppContext): RuntimeConfig<ProxyServiceConfig> {
  const { environment } = context
  const given = flags.get('proxyConfigPath')
  const overrides = Object.fromEntries(
    overriding.flatMap(name => {
      const value = flags.get(name)
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
  const home = environment['RMQ_PROXY_HOME'] ?? environment['ROCKETMQ_HOME'] ?? ''
  const usual = path.resolve(home, 'conf', 'rmq-proxy.json')
  const file = typeof given === 'string' ? path.resolve(given) : context.disk.exists(usual) ? usual : null
  return loadProxyConfig({ file, environment, overrides }, context)
}
