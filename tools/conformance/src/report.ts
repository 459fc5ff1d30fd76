/** One thing that was tried. */
export interface CaseResult {
  readonly name: string
  /** Why it failed; null if it passed. */
  readonly failure: string | null
  readonly ms: number
}

export interface SuiteResult {
  readonly suite: string
  readonly results: readonly CaseResult[]
  readonly ms: number
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function sayResult({ name, failure, ms }: CaseResult): void {
  say(`  ${failure === null ? 'ok    ' : 'FAILED'} ${name} (${ms} ms)`)
}

/** Every failure with its cause, then one line per suite. */
export function sayReport(suites: readonly SuiteResult[]): void {
  for (const { suite, results } of suites) {
    for (const { name, failure } of results) if (failure !== null) say(`\n${suite}: ${name}\n${indent(failure)}`)
  }
  say('')
  const width = Math.max(...suites.map(({ suite }) => suite.length))
  for (const { suite, results, ms } of suites) {
    const failedCount = results.filter(({ failure }) => failure !== null).length
    const verdict = failedCount === 0 ? 'passed' : `${failedCount} FAILED`
    say(`${suite.padEnd(width)}  ${String(results.length).padStart(4)} run  ${verdict}  (${(ms / 1000).toFixed(0)} s)`)
  }
}

/** A suite in which nothing ran has proved nothing. */
export function hasPassed({ results }: SuiteResult): boolean {
  return results.length > 0 && results.every(({ failure }) => failure === null)
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ')
}
