import type { Properties } from '@rocketmq-ts/testing'
import { JavaProcess } from './java-process'
import type { JavaToolchain } from './java-toolchain'
import type { CaseResult } from './report'

/** So few because each is a producer, a consumer and their threads, and the machine may be small. */
const SCENARIOS_AT_ONCE = 6

export interface ClientRun {
  readonly toolchain: JavaToolchain
  readonly nameServerAddress: string
  /** Does what a scenario asks for: `stop broker` and so on. */
  readonly serve: (request: string) => Promise<void>
  readonly home: string
  readonly systemProperties: Properties
  readonly scenarios:
    'general' | 'strict' | 'sql' | 'ours' | 'grpc' | 'grpc-proxies' | 'grpc-java-proxy' | 'grpc-lite' | 'containers'
  /** Only scenarios whose sentence contains a match. */
  readonly match: RegExp
  readonly onResult: (result: CaseResult) => void
}

type Line =
  | { readonly scenario: string; readonly passed: boolean; readonly ms: number; readonly failure?: string }
  | { readonly ask: string }

/** Runs the Java client's scenarios against servers. Resolves with the results, also of those that failed. */
export async function runClientScenarios(run: ClientRun): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  const java = new JavaProcess({
    toolchain: run.toolchain,
    mainClass: 'conformance.Scenarios',
    args: [run.scenarios, run.nameServerAddress, String(SCENARIOS_AT_ONCE), run.match.source],
    home: run.home,
    systemProperties: { 'rocketmq.client.rebalance.waitInterval': 1_000, ...run.systemProperties },
  })
  const code = await java.forEachLine(async line => {
    const message = line as Line
    if ('ask' in message) {
      await run.serve(message.ask)
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
