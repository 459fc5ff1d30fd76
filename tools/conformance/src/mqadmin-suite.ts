import { mkdirSync } from 'node:fs'
import * as path from 'node:path'
import { systemClock } from '@rocketmq-ts/base'
import { Cluster } from '@rocketmq-ts/testing'
import { MqadminSession } from './mqadmin-session'
import { mqadminSteps } from './mqadmin-steps'
import type { MqadminStep } from './mqadmin-steps'
import { difference } from './normalise'
import { patience } from './patience'
import type { CaseResult } from './report'
import { serverKind } from './suite'
import type { Implementation, Suite, SuiteEnvironment } from './suite'

interface StepOutcome {
  readonly output: string
  readonly failure: string | null
  readonly ms: number
}

/** Does the same with Java's servers and with ours, and compares what mqadmin prints, command by command. */
export const mqadminSuite: Suite = {
  name: 'mqadmin',
  what: "what Java's mqadmin prints, compared with what it prints for Java's servers",
  async run(environment) {
    // Side by side: mqadmin waits for its own shutdown most of the time.
    const performances = [perform('java', environment), perform('ours', environment)] as const
    await Promise.allSettled(performances) // no server outlives the suite
    const [expected, actual] = await Promise.all(performances)
    const results = mqadminSteps
      .map((step, index) => judge(step, expected[index] ?? NOT_REACHED, actual[index] ?? NOT_REACHED))
      .filter(({ name }) => environment.match.test(name))
    results.forEach(environment.onResult)
    return results
  },
}

const NOT_REACHED: StepOutcome = { output: '', failure: 'the run ended before this step', ms: 0 }

function judge(step: MqadminStep, expected: StepOutcome, actual: StepOutcome): CaseResult {
  const name = describe(step)
  if (expected.failure !== null) return { name, failure: `with Java's servers: ${expected.failure}`, ms: expected.ms }
  if (actual.failure !== null) return { name, failure: actual.failure, ms: actual.ms }
  if (!('mqadmin' in step)) return { name, failure: null, ms: actual.ms }
  const diff = difference(expected.output, actual.output, step.compare ?? 'lines')
  return { name, failure: diff === '' ? null : `- Java\n+ ours\n${diff}`, ms: actual.ms }
}

/** Starts servers of that implementation, does all steps, and returns what came of each. */
async function perform(implementation: Implementation, environment: SuiteEnvironment): Promise<readonly StepOutcome[]> {
  const folder = path.join(environment.folder, implementation)
  const home = path.join(folder, 'client')
  mkdirSync(home, { recursive: true })
  const kind = serverKind(implementation, environment)
  const cluster = await Cluster.create({ folder, nameServerKind: kind, brokerKind: kind, brokerConfig: patience })
  try {
    await cluster.start()
    const variables = { namesrv: cluster.nameServer.address, broker: cluster.broker().address }
    return await performSteps(new MqadminSession(environment.toolchain, home, variables))
  } finally {
    await cluster.stop()
  }
}

async function performSteps(session: MqadminSession): Promise<readonly StepOutcome[]> {
  const outcomes: StepOutcome[] = []
  for (const step of mqadminSteps) {
    const startMs = systemClock.monotonicMs()
    const { output = '', failure = null } = await session.perform(step)
    outcomes.push({ output, failure, ms: Math.round(systemClock.monotonicMs() - startMs) })
  }
  await session.end()
  return outcomes
}

function describe(step: MqadminStep): string {
  if ('mqadmin' in step) return `mqadmin ${step.mqadmin.slice(0, -2).join(' ')}`
  const [what = '', details] = Object.entries(step)[0] ?? []
  return `${what} ${JSON.stringify(details)}`
}
