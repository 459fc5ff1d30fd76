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

/** With the name of its suite: several may run at once. */
export function sayResult(suite: string, { name, failure, ms }: CaseResult): void {
  say(`  ${failure === null ? 'ok    ' : 'FAILED'} ${suite}: ${name} (${ms} ms)`)
  if (failure !== null) say(indent(failure))
}

/** Every failure with its cause, then one line per suite. */
export function sayReport(suites: readonly SuiteResult[]): void {
  for (const { suite, results } of suites) {
    for (const { name, failure } of results) if (failure !== null) say(`\n${suite}: ${name}\n${indent(failure)}`)
  }
  say('')
  const width = Math.max(...suites.map(({ suite }) => suite.length))
  for (const { suite, results, ms } of suites) {
    say(
      `${suite.padEnd(width)}  ${String(results.length).padStart(4)} run  ${verdict(results)}  (${(ms / 1000).toFixed(0)} s)`,
    )
  }
}

/** Nothing failed, and something ran: what is empty has proved nothing. */
export function havePassed(suites: readonly SuiteResult[]): boolean {
  const results = suites.flatMap(suite => suite.results)
  return results.length > 0 && results.every(({ failure }) => failure === null)
}

function verdict(results: readonly CaseResult[]): string {
  if (results.length === 0) return 'nothing matched'
  const failedCount = results.filter(({ failure }) => failure !== null).length
  return failedCount === 0 ? 'passed' : `${failedCount} FAILED`
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ')
}
