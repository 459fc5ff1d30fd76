import cluster from 'node:cluster'
import { inOrder } from '@rocketmq-ts/base'
import { startLogging } from '@rocketmq-ts/observability'
import { createProxy, proxyModeOf } from '@rocketmq-ts/proxy'
import {
  chooseAdvertisedAddress,
  helpText,
  proxyBootLine,
  readFlags,
  readLocalNetwork,
  runApp,
  workerHost,
  Workers,
} from '@rocketmq-ts/shell'
import type { App, AppContext } from '@rocketmq-ts/shell'
import { createLocalBroker } from './local-broker'
import { loadProxyAppConfig, proxyFlags } from './proxy-app-config'

/** `mqproxy`: for gRPC and HTTP clients, in front of the brokers of a cluster, or of one that runs inside. */
void runApp(createApp, cluster.isPrimary ? process : workerHost())

async function createApp(context: AppContext): Promise<App | null> {
  const flags = readFlags(context.args, proxyFlags)
  if (flags.has('help')) {
    context.print(helpText('mqproxy [flags]', proxyFlags).trimEnd())
    return null
  }
  const config = loadProxyAppConfig(flags, context)
  if (!config.isConfigured('remotingAccessAddr')) {
    const { bindAddress } = config.values
    const { address } = chooseAdvertisedAddress({ configured: null, bindAddress, network: readLocalNetwork(context) })
    config.derive({ remotingAccessAddr: address })
  }
  const { workers } = config.values
  const service = cluster.worker === undefined ? 'proxy' : `proxy-${cluster.worker.id}`
  const { log, flush, changeLevel } = await startLogging(service, config)
  if (workers > 1 && proxyModeOf(config.values) === 'CLUSTER' && cluster.isPrimary) {
    const component = new Workers(workers, { ...context, log })
    return { component, log, flush, bootLines: () => component.bootLines }
  }
  const inside = proxyModeOf(config.values) === 'LOCAL' ? await createLocalBroker(config.values, context) : null
  // A file written for Java does not know of the port for HTTP.
  const mayListenElsewhere = (key: string): boolean =>
    key === 'httpServerPort' && !config.isConfigured('httpServerPort')
  const proxy = createProxy(config.values, {
    ...{ ...context, log, mayListenElsewhere },
    localBroker: inside?.localBroker ?? null,
    changeLogLevel(level) {
      inside?.changeLogLevel(level)
      changeLevel(level)
    },
  })
  return {
    component: inside === null ? proxy : inOrder([inside.component, proxy]),
    log,
    flush() {
      inside?.flush()
      flush()
    },
    bootLines: () => [
      ...(inside?.bootLines() ?? []),
      proxyBootLine(config.values, proxy.grpcAddress, {
        'remoting clients': proxy.remotingAddress,
        HTTP: `http://${proxy.httpAddress}`,
      }),
    ],
  }
}
