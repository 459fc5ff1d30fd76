import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '@rocketmq-ts/base'
import { MissingToolError, prepareJava } from './java-toolchain'
import { havePassed, say, sayReport, sayResult } from './report'
import type { CaseResult, SuiteResult } from './report'
import type { Suite, SuiteEnvironment } from './suite'
import { suites } from './suites'

const usage = `npm run conformance [-- OPTIONS]

Runs the published Java clients and mqadmin against our servers.

  --suite NAME    only this suite; may be given several times
  --match REGEXP  only what contains a match in its name
  --servers java  Java's servers in place of ours: proves the scenarios themselves
  --at-once N     so many suites side by side; they wait most of the time (1)
  --keep          leave stores and logs where they are, and say where
  --list          name the suites and end`

const options = readOptions()

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        suite: { type: 'string', multiple: true, default: [] },
        match: { type: 'string', default: '' },
        servers: { type: 'string', default: 'ours' },
        'at-once': { type: 'string', default: '1' },
        keep: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    say(`${(error as Error).message}\n\n${usage}`)
    return process.exit(1)
  }
}

/** An option that cannot be followed. */
class UsageError extends Error {}

async function main(): Promise<number> {
  if (options.help) return printed(usage)
  if (options.list) return printed(suites.map(({ name, what }) => `${name.padEnd(14)} ${what}`).join('\n'))
  const chosen = chooseSuites(options.suite)
  const atOnce = parseAtOnce(options['at-once'])
  const toolchain = await prepareJava(say)
  const folder = temporaryFolder()
  const results = await runSuites(chosen, atOnce, { toolchain, folder })
  sayReport(results)
  if (options.keep) say(`stores and logs: ${folder}`)
  return havePassed(results) ? 0 : 1
}

/** Up to `atOnce` of them side by side; results in the order of the suites. */
async function runSuites(
  chosen: readonly Suite[],
  atOnce: number,
  given: Pick<SuiteEnvironment, 'toolchain' | 'folder'>,
): Promise<readonly SuiteResult[]> {
  const results: SuiteResult[] = []
  const rest = chosen.entries()
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [index, suite] of rest) results[index] = await runSuite(suite, given)
  })
  await Promise.allSettled(workers) // no server outlives its suite, whatever becomes of another one
  await Promise.all(workers)
  return results
}

async function runSuite(
  suite: Suite,
  { toolchain, folder }: Pick<SuiteEnvironment, 'toolchain' | 'folder'>,
): Promise<SuiteResult> {
  const match = new RegExp(options.match, 'i')
  const servers = options.servers === 'java' ? 'java' : 'ours'
  say(`${suite.name}: ${suite.what}${servers === 'java' ? " (Java's servers in place of ours)" : ''}`)
  const suiteFolder = path.join(folder, suite.name)
  mkdirSync(suiteFolder)
  const startMs = systemClock.monotonicMs()
  const onResult = (result: CaseResult): void => sayResult(suite.name, result)
  const results = await suite.run({ toolchain, folder: suiteFolder, match, servers, onResult })
  return { suite: suite.name, results, ms: systemClock.monotonicMs() - startMs }
}

function parseAtOnce(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new UsageError(`--at-once takes a whole number above 0, not ${text}`)
}

function chooseSuites(names: readonly string[]): readonly Suite[] {
  const unknown = names.filter(name => !suites.some(suite => suite.name === name))
  if (unknown.length > 0) throw new UsageError(`no suite ${unknown.join(', ')}; --list names them`)
  return names.length === 0
    ? suites.filter(({ isOnlyRunByName }) => isOnlyRunByName === undefined)
    : suites.filter(({ name }) => names.includes(name))
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

process.exitCode = 1 // should it end before its time, with nothing left to wait for
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
main().then(
  code => process.exit(code),
  (error: unknown) => {
    const isPlain = error instanceof MissingToolError || error instanceof UsageError
    if (error instanceof Error) say(isPlain ? error.message : (error.stack ?? error.message))
    else say(String(error))
    process.exit(1)
  },
)
