import { ConfigError, inOrder } from '@rocketmq-ts/base'
import { advertise, createBroker } from '@rocketmq-ts/broker'
import type { Broker } from '@rocketmq-ts/broker'
import { createNamesrv } from '@rocketmq-ts/namesrv'
import { startLogging } from '@rocketmq-ts/observability'
import { createProxy, localBrokerOf } from '@rocketmq-ts/proxy'
import type { Proxy, ProxyServiceConfig } from '@rocketmq-ts/proxy'
import {
  brokerBootLine,
  madeOnStart,
  namesrvBootLine,
  proxyBootLine,
  printWhatIsAsked,
  readFlags,
  readLocalNetwork,
  runApp,
} from '@rocketmq-ts/shell'
import type { Flag } from '@rocketmq-ts/shell'
import { runDeadLetterCommand } from './dead-letter-command/dead-letter-command'
import { chooseWhomToServe, loadStandaloneConfigs } from './standalone-configs'
import { runStoreCommand } from './store-command/store-command'

const usage = 'rocketmq up [flags]'
const usages =
  `usage: ${usage}, rocketmq store inspect|verify DIR [flags], ` +
  'or rocketmq dlq redrive|status|cancel -g GROUP [flags] (-h shows the flags)'
const known: readonly Flag[] = [
  { name: 'home', value: 'DIR', help: 'store, configuration and logs (./rocketmq-home)' },
  { name: 'namesrv-port', value: 'N', help: 'port of the NameServer (9876); 0 takes a free one' },
  { name: 'broker-port', value: 'N', help: 'port of the broker (10911); 0 takes a free one' },
  {
    name: 'grpc-port',
    value: 'N',
    help: 'port for gRPC clients (8081, or a free one if that is in use); 0 takes a free one',
  },
  {
    name: 'remoting-port',
    value: 'N',
    help: 'port for remoting clients (8080, or a free one if that is in use); 0 takes a free one',
  },
  {
    name: 'http-port',
    value: 'N',
    help: 'port of the HTTP API (8090, or a free one if that is in use); 0 takes a free one',
  },
  {
    name: 'configFile',
    letter: 'c',
    value: 'FILE',
    help: 'broker.conf (conf/broker.conf in the home, if there is one)',
  },
  { name: 'printConfigItem', letter: 'p', help: 'print all configuration items of the broker and exit' },
  { name: 'printImportantConfig', letter: 'm', help: 'print the important ones and exit' },
  { name: 'help', letter: 'h', help: 'print this and exit' },
]

/**
 * `rocketmq up`: a NameServer, a broker and a proxy in one process, with one home, for the clients of one machine.
 * `rocketmq store`: a look into a data directory.
 * `rocketmq dlq`: dead letters become messages again.
 */
void runApp(async context => {
  const [command, ...args] = context.args
  if (command === 'store') {
    process.exitCode = runStoreCommand(args, context, process.stderr)
    return null
  }
  if (command === 'dlq') {
    await runDeadLetterCommand(args, context)
    return null
  }
  if (command !== 'up') throw new ConfigError([usages])
  const given = readFlags(args, known)
  const configs = loadStandaloneConfigs(given, context)
  if (printWhatIsAsked({ usage, known, given, config: configs.broker }, context)) return null

  const network = readLocalNetwork(context)
  const namesrvLogging = await startLogging('namesrv', configs.namesrv)
  const proxyLogging = await startLogging('proxy', configs.proxy)
  const brokerLogging = await startLogging('broker', configs.broker)
  const { log } = brokerLogging
  const loggings = [namesrvLogging, proxyLogging, brokerLogging]
  const whomToServe = chooseWhomToServe(configs, network)

  const namesrv = createNamesrv(configs.namesrv, { ...context, log: namesrvLogging.log })
  let broker: Broker | null = null
  const brokerOnStart = madeOnStart(() => {
    // Only now is it known, when its port was 0. What a file says about NameServers is meant for a broker on its own.
    configs.broker.derive({ namesrvAddr: reachableHere(namesrv.address) })
    advertise(configs.broker, { network, log, ...whomToServe })
    broker = createBroker(configs.broker, { ...context, log })
    return broker
  })
  let proxy: Proxy | null = null
  const proxyOnStart = madeOnStart(() => {
    const { proxy: config } = configs
    const mayListenElsewhere = (portKey: keyof ProxyServiceConfig): boolean => !config.isConfigured(portKey)
    const localBroker = localBrokerOf(configs.broker.values, () => broker)
    if (!configs.proxy.isConfigured('remotingAccessAddr')) {
      configs.proxy.derive({ remotingAccessAddr: hostOf(localBroker.address) })
    }
    proxy = createProxy(config.values, {
      ...{ ...context, log: proxyLogging.log, localBroker, mayListenElsewhere },
      changeLogLevel: level => loggings.forEach(logging => logging.changeLevel(level)),
    })
    return proxy
  })
  return {
    component: inOrder([namesrv, brokerOnStart, proxyOnStart]),
    log,
    flush() {
      for (const logging of loggings) logging.flush()
    },
    bootLines: () => [
      namesrvBootLine(configs.namesrv.values, namesrv.address),
      brokerBootLine(configs.broker.values, broker?.address ?? ''),
      proxyBootLine(configs.proxy.values, reachableHere(proxy?.grpcAddress ?? ''), {
        'remoting clients': proxy?.remotingAddress ?? '',
        HTTP: `http://${reachableHere(proxy?.httpAddress ?? '')}`,
      }),
    ],
  }
})

/** Of `host:port`; IPv6 keeps its brackets. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'))
}

/** A wildcard address, as a process of the same machine connects to it. */
function reachableHere(address: string): string {
  return address.replace(/^(0\.0\.0\.0|\[::\]):/, '127.0.0.1:')
}
