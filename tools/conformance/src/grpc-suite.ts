import { mkdirSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { inOrder } from '@rocketmq-ts/base'
import type { Component } from '@rocketmq-ts/base'
import { Cluster, ProxyServer, Standalone, writePropertiesFile } from '@rocketmq-ts/testing'
import type { Properties } from '@rocketmq-ts/testing'
import { runClientScenarios } from './client-run'
import type { ClientRun } from './client-run'
import { soonChecks } from './client-suite'
import { patience } from './patience'
import type { CaseResult } from './report'
import { proxyKind, serverKind } from './suite'
import type { Implementation, Suite, SuiteEnvironment } from './suite'

export interface GrpcSuiteOptions {
  readonly name: string
  readonly what: string
  readonly isOnlyRunByName?: true
  /** Behind which proxies: that of `rocketmq up`, or two of their own in front of a broker. */
  readonly broker: 'inside' | Implementation
  /** Only scenarios of lite topics, in front of brokers that serve them. */
  readonly isLite?: true
  /** The two. The scenarios that take one take the first. */
  readonly proxies?: readonly [Implementation, Implementation]
}

/** Servers with proxies, and what scenarios may have done with them. */
interface Proxies {
  readonly component: Component
  readonly nameServerAddress: () => string
  readonly endpoints: () => readonly string[]
  readonly restartProxy: () => Promise<void>
}

/** Empty polls end soon: consumers wait for theirs when they stop. */
const proxyConfig = {
  grpcShutdownTimeSeconds: 2,
  grpcClientConsumerMinLongPollingTimeoutMillis: 200,
  grpcClientConsumerMaxLongPollingTimeoutMillis: 5_000,
}
const usualBrokerConfig = { ...patience, ...soonChecks, recallMessageEnable: true }
const liteBrokerConfig = { enableLmq: true, enableMultiDispatch: true }

/** Of the long receive loop: a minute's worth at most. */
const loopMessages = { inside: 50_000, ours: 50_000, java: 20_000 } as const

/** The official gRPC client through our proxies. */
export function grpcSuite(options: GrpcSuiteOptions): Suite {
  return { ...options, run: environment => run(options, environment) }
}

async function run(options: GrpcSuiteOptions, environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const { broker, proxies: kinds = ['ours', 'ours'] } = options
  const { toolchain, folder, match, onResult } = environment
  const home = path.join(folder, 'client')
  mkdirSync(home, { recursive: true })
  const brokerConfig = options.isLite === true ? { ...usualBrokerConfig, ...liteBrokerConfig } : usualBrokerConfig
  const proxies =
    broker === 'inside'
      ? proxyInside(folder, brokerConfig)
      : await proxiesInFront({ broker, brokerConfig, kinds }, environment)
  try {
    await proxies.component.start()
    const systemProperties = {
      'conformance.grpc.endpoints': proxies.endpoints().join(','),
      'conformance.grpc.messages': process.env['ROCKETMQ_CONFORMANCE_GRPC_MESSAGES'] ?? loopMessages[broker],
    }
    return await runClientScenarios({
      ...{ toolchain, home, systemProperties, match, onResult },
      scenarios: options.isLite === true ? 'grpc-lite' : scenariosFor(broker, kinds[0]),
      nameServerAddress: proxies.nameServerAddress(),
      async serve(request) {
        if (request !== 'restart proxy') throw new Error(`a scenario asks for "${request}"`)
        await proxies.restartProxy()
      },
    })
  } finally {
    await proxies.component.stop()
  }
}

function scenariosFor(broker: GrpcSuiteOptions['broker'], proxy: Implementation): ClientRun['scenarios'] {
  if (broker === 'inside') return 'grpc'
  return proxy === 'java' ? 'grpc-java-proxy' : 'grpc-proxies'
}

function proxyInside(folder: string, brokerConfig: Properties): Proxies {
  const home = path.join(folder, 'home')
  mkdirSync(path.join(home, 'conf'), { recursive: true })
  writeFileSync(path.join(home, 'conf', 'rmq-proxy.json'), JSON.stringify(proxyConfig))
  writePropertiesFile(path.join(home, 'conf', 'broker.conf'), brokerConfig)
  const standalone = new Standalone(home)
  return {
    component: standalone,
    nameServerAddress: () => standalone.nameServerAddress,
    endpoints: () => [standalone.grpcAddress],
    restartProxy: () => Promise.reject(new Error('it is a part of its broker')),
  }
}

interface InFront {
  readonly broker: Implementation
  readonly brokerConfig: Properties
  readonly kinds: readonly [Implementation, Implementation]
}

async function proxiesInFront(
  { broker, brokerConfig, kinds }: InFront,
  environment: SuiteEnvironment,
): Promise<Proxies> {
  const { folder } = environment
  const brokerKind = serverKind(broker, environment)
  const cluster = await Cluster.create({ folder, brokerKind, brokerConfig })
  const { address: namesrvAddr } = cluster.nameServer
  const of = (name: string, implementation: Implementation): Promise<ProxyServer> => {
    const kind = proxyKind(implementation, environment)
    return ProxyServer.create({ kind, folder: path.join(folder, name), namesrvAddr, config: proxyConfig })
  }
  const [first, second] = [await of('proxy-1', kinds[0]), await of('proxy-2', kinds[1])]
  return {
    component: inOrder([cluster, first, second]),
    nameServerAddress: () => namesrvAddr,
    endpoints: () => [first.grpcAddress, second.grpcAddress],
    async restartProxy() {
      await first.stop()
      await first.start()
    },
  }
}
