import * as path from 'node:path'
import { ConfigError } from '@rocketmq-ts/base'
import { loadBrokerConfig } from '@rocketmq-ts/broker'
import type { BrokerServiceConfig } from '@rocketmq-ts/broker'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { loadNamesrvConfig } from '@rocketmq-ts/namesrv'
import type { NamesrvServiceConfig } from '@rocketmq-ts/namesrv'
import { loadProxyConfig } from '@rocketmq-ts/proxy'
import type { ProxyServiceConfig } from '@rocketmq-ts/proxy'
import { configFileOf, isLoopback } from '@rocketmq-ts/shell'
import type { AppContext, FlagValues, LocalNetwork } from '@rocketmq-ts/shell'

export interface StandaloneConfigs {
  readonly namesrv: RuntimeConfig<NamesrvServiceConfig>
  readonly broker: RuntimeConfig<BrokerServiceConfig>
  readonly proxy: RuntimeConfig<ProxyServiceConfig>
}

type Sources = Parameters<typeof loadBrokerConfig>[0]

/** The configuration of all services, all of it below one home. Throws ConfigError with the problems of all. */
export function loadStandaloneConfigs(given: FlagValues, context: AppContext): StandaloneConfigs {
  const home = path.resolve(String(given.get('home') ?? 'rocketmq-home'))
  const inHome = (...names: readonly string[]): string => path.join(home, ...names)
  const ifThere = (file: string): string | null => (context.disk.exists(file) ? file : null)
  const { environment } = context
  const namesrvSources: Sources = {
    file: ifThere(inHome('conf', 'namesrv.conf')),
    environment,
    overrides: portFrom(given, 'namesrv-port'),
    defaults: {
      rocketmqHome: home,
      kvConfigPath: inHome('namesrv', 'kvConfig.json'),
      configStorePath: inHome('conf', 'namesrv.conf'),
    },
  }
  const brokerSources: Sources = {
    file: configFileOf(given) ?? ifThere(inHome('conf', 'broker.conf')),
    environment,
    overrides: portFrom(given, 'broker-port'),
    defaults: {
      rocketmqHome: home,
      brokerName: 'broker-a', // not the host's: a store belongs to its broker's name, and containers change theirs
      storePathRootDir: inHome('store'),
      brokerConfigPath: inHome('conf', 'broker.conf'),
    },
  }
  const proxySources: Sources = {
    file: ifThere(inHome('conf', 'rmq-proxy.json')),
    environment,
    overrides: {
      ...portFrom(given, 'grpc-port', 'grpcServerPort'),
      ...portFrom(given, 'remoting-port', 'remotingListenPort'),
      ...portFrom(given, 'http-port', 'httpServerPort'),
    },
    defaults: { rocketmqHome: home },
  }
  const problems: string[] = []
  const namesrv = collectProblems(problems, () => loadNamesrvConfig(namesrvSources, context))
  const broker = collectProblems(problems, () => loadBrokerConfig(brokerSources, context))
  const proxy = collectProblems(problems, () => loadProxyConfig(proxySources, context))
  if (namesrv === null || broker === null || proxy === null) throw new ConfigError(problems)
  return { namesrv, broker, proxy }
}

/**
 * Unless an address is configured, this machine alone is served: nothing is open to a network that nobody thought of.
 * A container has to listen on all addresses, or no published port reaches it; `127.0.0.1` is still what its clients are
 * told, which is right inside and, with the port published under its own number, on the host.
 */
export function chooseWhomToServe(
  { namesrv, broker, proxy }: StandaloneConfigs,
  { isContainer }: Pick<LocalNetwork, 'isContainer'>,
): { preferred?: string } {
  const isForOthers = broker.isConfigured('brokerIP1') && !isLoopback(broker.values.brokerIP1)
  if (isForOthers || broker.isConfigured('bindAddress')) return {}
  if (!isContainer) {
    broker.derive({ bindAddress: '127.0.0.1' })
    for (const other of [namesrv, proxy]) {
      if (!other.isConfigured('bindAddress')) other.derive({ bindAddress: '127.0.0.1' })
    }
  }
  return { preferred: '127.0.0.1' }
}

function portFrom(given: FlagValues, flag: string, key = 'listenPort'): Record<string, string> {
  const port = given.get(flag)
  return typeof port === 'string' ? { [key]: port } : {}
}

function collectProblems<T>(problems: string[], load: () => T): T | null {
  try {
    return load()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems)
    return null
  }
}
