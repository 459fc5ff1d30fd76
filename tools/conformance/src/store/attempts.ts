import { systemClock } from '@rocketmq-ts/base'
import type { CaseResult } from '../report'
import type { SuiteEnvironment } from '../suite'

/** Of one attempt, told in the report. */
const PROBLEM_COUNT_MAX = 8

/** What a journey tries, one after the other, and how it went. */
export class Attempts {
  readonly results: CaseResult[] = []

  constructor(private readonly environment: Pick<SuiteEnvironment, 'match' | 'onResult'>) {}

  /** True if the action found no problem. What was not asked for is only told when it failed. */
  async make(name: string, action: () => Promise<readonly string[]>): Promise<boolean> {
    const { match, onResult } = this.environment
    const startMs = systemClock.monotonicMs()
    const problems = await action().catch((error: unknown) => [
      error instanceof Error ? (error.stack ?? '') : String(error),
    ])
    const shown = problems.slice(0, PROBLEM_COUNT_MAX).join('\n')
    const failure = problems.length === 0 ? null : `${problems.length} problems\n${shown}`
    if (!match.test(name) && failure === null) return true
    const result = { name, failure, ms: Math.round(systemClock.monotonicMs() - startMs) }
    this.results.push(result)
    onResult(result)
    return failure === null
  }
}
