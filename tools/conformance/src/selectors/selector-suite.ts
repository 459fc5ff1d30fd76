import { systemClock } from '@rocketmq-ts/base'
import { compileSelector, SelectorError } from '@rocketmq-ts/filter'
import type { CaseResult } from '../report'
import type { Suite } from '../suite'
import { judgeSelectors } from './judge-selectors'
import { selectorCases } from './selector-cases'
import type { SelectorCase } from './selector-cases'

const CASE_COUNT = 30_000
const SHOWN_COUNT_MAX = 20
/** A verdict that hardly any case gets proves little. */
const LEAST_SHARE = 0.02
const VERDICTS = ['true', 'false', 'null', 'FAILED', 'REFUSED'] as const

/** Other cases in each run; a seed given as SELECTOR_SEED brings those of another run back. */
export const selectorSuite: Suite = {
  name: 'selectors',
  what: "SQL92 expressions and properties, judged by Java's filter and by ours",
  async run({ toolchain, folder, match, onResult }) {
    const seed = Number(process.env['SELECTOR_SEED'] ?? systemClock.nowMs() % 2 ** 31)
    const name = `${CASE_COUNT} expressions have the verdicts of Java's filter (seed ${seed})`
    if (!match.test(name)) return []
    const startMs = systemClock.monotonicMs()
    const cases = selectorCases(CASE_COUNT, seed)
    const expected = await judgeSelectors(cases, { toolchain, folder })
    const failure = firstDifferences(cases, expected) ?? missingVerdict(expected)
    const result: CaseResult = { name, failure, ms: systemClock.monotonicMs() - startMs }
    onResult(result)
    return [result]
  },
}

export function verdictOf({ expression, properties }: SelectorCase): string {
  try {
    return String(compileSelector(expression).evaluate(new Map(Object.entries(properties))))
  } catch (error) {
    if (error instanceof SelectorError) return 'REFUSED'
    throw error
  }
}

function firstDifferences(cases: readonly SelectorCase[], expected: readonly string[]): string | null {
  const lines = cases.flatMap((one, index) => {
    const verdict = verdictOf(one)
    return verdict === expected[index] ? [] : [`Java ${expected[index]}, ours ${verdict}: ${JSON.stringify(one)}`]
  })
  if (lines.length === 0) return null
  return [`${lines.length} of ${cases.length} differ`, ...lines.slice(0, SHOWN_COUNT_MAX)].join('\n')
}

function missingVerdict(verdicts: readonly string[]): string | null {
  for (const verdict of VERDICTS) {
    const count = verdicts.filter(one => one === verdict).length
    if (count < verdicts.length * LEAST_SHARE) return `only ${count} of ${verdicts.length} cases are ${verdict}`
  }
  return null
}
