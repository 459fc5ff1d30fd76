import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { prepareJava } from '../java-toolchain'
import { say } from '../report'
import { judgeSelectors } from './judge-selectors'
import { selectorCases } from './selector-cases'
import type { SelectorCase } from './selector-cases'

const CASE_COUNT = 4_000
const SEED = 92

/** Writes cases with the verdicts of Java's filter to the file named: a line of JSON each. */
async function record(file: string): Promise<void> {
  const toolchain = await prepareJava(say)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rocketmq-golden-'))
  try {
    const cases = selectorCases(CASE_COUNT, SEED).map(withNamedProperties)
    const verdicts = await judgeSelectors(cases, { toolchain, folder })
    const lines = cases.map(({ expression, properties }, index) =>
      JSON.stringify([verdicts[index], expression, properties]),
    )
    writeFileSync(file, `${lines.join('\n')}\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Without the properties that the expression does not name. */
function withNamedProperties({ expression, properties }: SelectorCase): SelectorCase {
  const named = Object.entries(properties).filter(([name]) => expression.includes(name))
  return { expression, properties: Object.fromEntries(named) }
}

void record(path.resolve(process.argv[2] ?? ''))
