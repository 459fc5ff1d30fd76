import { mkdirSync } from 'node:fs'
import * as path from 'node:path'
import { Cluster } from '@rocketmq-ts/testing'
import type { Properties } from '@rocketmq-ts/testing'
import { runClientScenarios } from './client-run'
import { patience } from './patience'
import type { CaseResult } from './report'
import { serverKind } from './suite'
import type { Implementation, Suite, SuiteEnvironment } from './suite'
import { createTlsFiles } from './tls-files'

/** The Java client's scenarios: between which servers, and how the client speaks. */
export interface ClientSuiteOptions {
  readonly name: string
  readonly what: string
  readonly nameServer?: Implementation
  readonly broker?: Implementation
  readonly tls?: boolean
  readonly clientProperties?: Properties
  readonly brokerConfig?: Properties
  /** Which of the scenario classes: those for a broker as it comes, for one that makes nothing by itself, or for ours alone. */
  readonly scenarios?: 'general' | 'strict' | 'sql' | 'ours'
  /** Only scenarios whose sentence contains a match. */
  readonly only?: RegExp
}

/** So that a scenario need not wait half a minute until a transaction is checked. */
export const soonChecks = { transactionCheckInterval: 1_000, transactionTimeOut: 1_000 }

/** A suite that starts the servers, runs the client's scenarios and stops the servers. */
export function clientSuite(options: ClientSuiteOptions): Suite {
  return { name: options.name, what: options.what, run: environment => run(options, environment) }
}

async function run(options: ClientSuiteOptions, environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const { toolchain, folder, onResult } = environment
  const home = path.join(folder, 'client')
  mkdirSync(home, { recursive: true })
  const tls = options.tls === true ? await createTlsFiles(folder) : { serverProperties: {}, clientProperties: {} }
  const cluster = await createCluster(options, environment, tls.serverProperties)
  try {
    await cluster.start()
    const systemProperties = { ...options.clientProperties, ...tls.clientProperties }
    const { scenarios = 'general' } = options
    const match = options.only === undefined ? environment.match : matchingBoth(environment.match, options.only)
    const servers = {
      nameServerAddress: cluster.nameServer.address,
      serve: (request: string) => serve(request, cluster),
    }
    return await runClientScenarios({ toolchain, ...servers, home, systemProperties, scenarios, match, onResult })
  } finally {
    await cluster.stop()
  }
}

export function matchingBoth(one: RegExp, other: RegExp): RegExp {
  return new RegExp(`^(?=.*(?:${one.source}))(?=.*(?:${other.source}))`, 'i')
}

/** Java takes TLS settings as system properties; ours are lines of the configuration, which Java passes over. */
function createCluster(
  { nameServer = 'ours', broker = 'ours', brokerConfig = {} }: ClientSuiteOptions,
  environment: SuiteEnvironment,
  tlsProperties: Properties,
): Promise<Cluster> {
  return Cluster.create({
    folder: environment.folder,
    nameServerKind: serverKind(nameServer, environment, tlsProperties),
    brokerKind: serverKind(broker, environment, tlsProperties),
    nameServerConfig: tlsProperties,
    brokerConfig: { ...patience, ...soonChecks, ...brokerConfig, ...tlsProperties },
  })
}

async function serve(request: string, cluster: Cluster): Promise<void> {
  const broker = cluster.broker().process
  const nameServer = cluster.nameServer.process
  switch (request) {
    case 'stop broker':
      return broker.stop()
    case 'start broker':
      return broker.start()
    case 'kill broker':
      return broker.kill()
    case 'restart NameServer':
      await nameServer.stop()
      return nameServer.start()
    default:
      throw new Error(`a scenario asks for "${request}"`)
  }
}
