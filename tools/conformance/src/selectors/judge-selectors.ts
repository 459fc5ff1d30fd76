import { mkdirSync } from 'node:fs'
import * as path from 'node:path'
import { JavaProcess } from '../java-process'
import type { JavaToolchain } from '../java-toolchain'
import type { SelectorCase } from './selector-cases'

/** What Java's filter makes of the cases: `true`, `false`, `null`, `FAILED` or `REFUSED`. */
export async function judgeSelectors(
  cases: readonly SelectorCase[],
  { toolchain, folder }: { readonly toolchain: JavaToolchain; readonly folder: string },
): Promise<readonly string[]> {
  const home = path.join(folder, 'judge')
  mkdirSync(home, { recursive: true })
  const mainClass = 'conformance.SelectorJudge'
  const judge = new JavaProcess({ toolchain, mainClass, args: [], home, systemProperties: {} })
  try {
    for (const one of cases) judge.send(one)
    judge.end()
    const verdicts: string[] = []
    const code = await judge.forEachLine(line => void verdicts.push(String(line)))
    if (code !== 0) throw new Error(`the judge ended with ${code}: ${judge.stderr}`)
    return verdicts
  } finally {
    judge.kill()
  }
}
