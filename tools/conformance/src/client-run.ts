import type { Cluster, Properties } from '@rocketmq-ts/testing'
import { JavaProcess } from './java-process'
import type { JavaToolchain } from './java-toolchain'
import type { CaseResult } from './report'

/** So few because each is a producer, a consumer and their threads, and the machine may be small. */
const SCENARIOS_AT_ONCE = 6

export interface ClientRun {
  readonly toolchain: JavaToolchain
  readonly cluster: Cluster
  readonly home: string
  readonly systemProperties: Properties
  readonly scenarios: 'general' | 'strict' | 'sql' | 'ours'
  /** Only scenarios whose sentence contains a match. */
  readonly match: RegExp
  readonly onResult: (result: CaseResult) => void
}

type Line =
  | { readonly scenario: string; readonly passed: boolean; readonly ms: number; readonly failure?: string }
  | { readonly ask: string }

/** Runs the Java client's scenarios against the cluster. Resolves with the results, also of those that failed. */
export async function runClientScenarios(run: ClientRun): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  const java = new JavaProcess({
    toolchain: run.toolchain,
    mainClass: 'conformance.Scenarios',
    args: [run.scenarios, run.cluster.nameServer.address, String(SCENARIOS_AT_ONCE), run.match.source],
    home: run.home,
    systemProperties: { 'rocketmq.client.rebalance.waitInterval': 1_000, ...run.systemProperties },
  })
  const code = await java.forEachLine(async line => {
    const message = line as Line
    if ('ask' in message) {
      await serve(message.ask, run.cluster)
      java.send({ done: message.ask })
    } else {
      const result = {
        name: message.scenario,
        failure: message.passed ? null : (message.failure ?? ''),
        ms: message.ms,
      }
      results.push(result)
      run.onResult(result)
    }
  })
  if (code !== 0)
    results.push({ name: `the scenarios run to their end`, failure: `exit code ${code}\n${java.stderr}`, ms: 0 })
  return results
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
