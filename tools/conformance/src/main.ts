import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '@rocketmq-ts/base'
import { MissingToolError, prepareJava } from './java-toolchain'
import { havePassed, say, sayReport, sayResult } from './report'
import type { SuiteResult } from './report'
import type { Suite } from './suite'
import { suites } from './suites'

const usage = `npm run conformance [-- OPTIONS]

Runs the published Java clients and mqadmin against our servers.

  --suite NAME    only this suite; may be given several times
  --match REGEXP  only what contains a match in its name
  --servers java  Java's servers in place of ours: proves the scenarios themselves
  --keep          leave stores and logs where they are, and say where
  --list          name the suites and end`

const { values: options } = parseArgs({
  options: {
    suite: { type: 'string', multiple: true, default: [] },
    match: { type: 'string', default: '' },
    servers: { type: 'string', default: 'ours' },
    keep: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

async function main(): Promise<number> {
  if (options.help) return printed(usage)
  if (options.list) return printed(suites.map(({ name, what }) => `${name.padEnd(14)} ${what}`).join('\n'))
  const chosen = chooseSuites(options.suite)
  const toolchain = await prepareJava(say)
  const folder = temporaryFolder()
  const match = new RegExp(options.match, 'i')
  const servers = options.servers === 'java' ? 'java' : 'ours'
  const results: SuiteResult[] = []
  for (const suite of chosen) {
    say(`${suite.name}: ${suite.what}${servers === 'java' ? " (Java's servers in place of ours)" : ''}`)
    const suiteFolder = path.join(folder, suite.name)
    mkdirSync(suiteFolder)
    const startMs = systemClock.monotonicMs()
    const cases = await suite.run({ toolchain, folder: suiteFolder, match, servers, onResult: sayResult })
    results.push({ suite: suite.name, results: cases, ms: systemClock.monotonicMs() - startMs })
  }
  sayReport(results)
  if (options.keep) say(`stores and logs: ${folder}`)
  return havePassed(results) ? 0 : 1
}

function chooseSuites(names: readonly string[]): readonly Suite[] {
  const unknown = names.filter(name => !suites.some(suite => suite.name === name))
  if (unknown.length > 0) throw new Error(`no suite ${unknown.join(', ')}; --list names them`)
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name))
}

/** Removed when this process ends, however it ends. */
function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rocketmq-conformance-'))
  process.once('exit', () => {
    if (!options.keep) rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function printed(text: string): number {
  say(text)
  return 0
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
main().then(
  code => process.exit(code),
  (error: unknown) => {
    say(
      error instanceof MissingToolError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
    )
    process.exit(1)
  },
)
