import { mkdirSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { Cluster, ProxyServer, Standalone, writePropertiesFile } from '@rocketmq-ts/testing'
import { runClientScenarios } from './client-run'
import { matchingBoth, soonChecks } from './client-suite'
import { patience } from './patience'
import type { CaseResult } from './report'
import { serverKind } from './suite'
import type { Implementation, Suite, SuiteEnvironment } from './suite'

/** Servers with a proxy before them. */
interface Servers {
  /** For the admin tools of the scenarios. */
  readonly nameServerAddress: string
  /** What clients take for their NameServer. */
  readonly proxyAddress: string
  stop(): Promise<void>
}

/** That stop and start servers. */
const notHere = /restart|killed/
/** One of each kind that goes through; what admin tools have brokers ask of clients is the same for all brokers. */
const kindsOfTraffic = /send|pull|pop|transaction|orderly|repl/
/** The scenarios send anything to any topic, as brokers allow. */
const proxyConfig = { enableTopicMessageTypeCheck: false }

/** The Java client whose every request goes through a proxy. */
export const remotingProxySuites: readonly Suite[] = [
  {
    name: 'remoting-proxy',
    what: 'the Java client through the proxy, which it takes for a NameServer and a broker',
    run: environment => run(environment, startStandalone),
  },
  {
    name: 'remoting-cluster',
    what: 'the Java client through a proxy in front of a cluster',
    run: environment => run(environment, given => startCluster(given, 'ours')),
  },
  {
    name: 'remoting-java-broker',
    what: "the Java client through a proxy in front of Java's broker",
    run: environment =>
      run({ ...environment, match: matchingBoth(environment.match, kindsOfTraffic) }, given =>
        startCluster(given, 'java'),
      ),
  },
]

async function run(
  environment: SuiteEnvironment,
  start: (environment: SuiteEnvironment) => Promise<Servers>,
): Promise<readonly CaseResult[]> {
  const { toolchain, folder, match, onResult } = environment
  const home = path.join(folder, 'client')
  mkdirSync(home, { recursive: true })
  const servers = await start(environment)
  try {
    return await runClientScenarios({
      toolchain,
      home,
      nameServerAddress: servers.nameServerAddress,
      serve: request => Promise.reject(new Error(`a scenario asks for "${request}"`)),
      systemProperties: { 'conformance.routes': servers.proxyAddress },
      scenarios: 'general',
      match: matchingBoth(match, new RegExp(`^(?!.*(?:${notHere.source}))`)),
      onResult,
    })
  } finally {
    await servers.stop()
  }
}

async function startStandalone({ folder }: SuiteEnvironment): Promise<Servers> {
  const home = path.join(folder, 'standalone')
  mkdirSync(path.join(home, 'conf'), { recursive: true })
  writePropertiesFile(path.join(home, 'conf', 'broker.conf'), { ...patience, ...soonChecks })
  writeFileSync(path.join(home, 'conf', 'rmq-proxy.json'), JSON.stringify(proxyConfig))
  const standalone = new Standalone(home)
  await standalone.start()
  const { nameServerAddress, proxyRemotingAddress: proxyAddress } = standalone
  return { nameServerAddress, proxyAddress, stop: () => standalone.stop() }
}

async function startCluster(environment: SuiteEnvironment, broker: Implementation): Promise<Servers> {
  const cluster = await Cluster.create({
    folder: environment.folder,
    nameServerKind: serverKind('ours', environment, {}),
    brokerKind: serverKind(broker, environment, {}),
    brokerConfig: { ...patience, ...soonChecks },
  })
  const folder = path.join(environment.folder, 'proxy')
  const namesrvAddr = cluster.nameServer.address
  const proxy = await ProxyServer.create({ folder, namesrvAddr, config: proxyConfig })
  const stop = async (): Promise<void> => {
    await proxy.stop()
    await cluster.stop()
  }
  try {
    await cluster.start()
    await proxy.start()
  } catch (error) {
    await stop()
    throw error
  }
  return { nameServerAddress: namesrvAddr, proxyAddress: proxy.remotingAddress, stop }
}
