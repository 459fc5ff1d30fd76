import { mkdirSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { inOrder } from '@rocketmq-ts/base'
import type { Component } from '@rocketmq-ts/base'
import { Cluster, ProxyServer, Standalone, writePropertiesFile } from '@rocketmq-ts/testing'
import { runClientScenarios } from './client-run'
import { soonChecks } from './client-suite'
import { patience } from './patience'
import type { CaseResult } from './report'
import { serverKind } from './suite'
import type { Implementation, Suite, SuiteEnvironment } from './suite'

export interface GrpcSuiteOptions {
  readonly name: string
  readonly what: string
  /** Behind which proxies: that of `rocketmq up`, or two `mqproxy` in front of a broker. */
  readonly broker: 'inside' | Implementation
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
  grpcClientConsumerMinLongPollingTimeoutMillis: 200,
  grpcClientConsumerMaxLongPollingTimeoutMillis: 5_000,
}
const brokerConfig = { ...patience, ...soonChecks, recallMessageEnable: true }

/** The official gRPC client through our proxies. */
export function grpcSuite(options: GrpcSuiteOptions): Suite {
  return { name: options.name, what: options.what, run: environment => run(options, environment) }
}

async function run({ broker }: GrpcSuiteOptions, environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const { toolchain, folder, match, onResult } = environment
  const home = path.join(folder, 'client')
  mkdirSync(home, { recursive: true })
  const proxies = broker === 'inside' ? proxyInside(folder) : await proxiesInFront(broker, environment)
  try {
    await proxies.component.start()
    const systemProperties = {
      'conformance.grpc.endpoints': proxies.endpoints().join(','),
      'conformance.grpc.messages': process.env['ROCKETMQ_CONFORMANCE_GRPC_MESSAGES'] ?? 3_000,
    }
    return await runClientScenarios({
      ...{ toolchain, home, systemProperties, match, onResult },
      scenarios: broker === 'inside' ? 'grpc' : 'grpc-proxies',
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

function proxyInside(folder: string): Proxies {
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

async function proxiesInFront(broker: Implementation, environment: SuiteEnvironment): Promise<Proxies> {
  const { folder } = environment
  const brokerKind = serverKind(broker, environment)
  const cluster = await Cluster.create({ folder, brokerKind, brokerConfig })
  const { address: namesrvAddr } = cluster.nameServer
  const of = (name: string): Promise<ProxyServer> =>
    ProxyServer.create({ folder: path.join(folder, name), namesrvAddr, config: proxyConfig })
  const [first, second] = [await of('proxy-1'), await of('proxy-2')]
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
