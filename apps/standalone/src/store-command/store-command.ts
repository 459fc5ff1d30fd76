import * as path from 'node:path'
import { ConfigError, StorageError } from '@rocketmq-ts/base'
import { inspectStore, reportText, verdictText } from '@rocketmq-ts/broker'
import { helpText, readFlags } from '@rocketmq-ts/shell'
import type { AppContext, Flag, FlagValues } from '@rocketmq-ts/shell'
import { progressOnTerminal } from './progress-on-terminal'
import type { Terminal } from './progress-on-terminal'

const usage = 'rocketmq store inspect|verify DIR [flags]'
const known: readonly Flag[] = [
  { name: 'json', help: 'the whole report, every queue of it, as JSON' },
  { name: 'topic', value: 'NAME', help: 'show the queues of this topic (inspect)' },
  { name: 'problems', value: 'N', help: 'problems of each kind that are put in words (10)' },
  { name: 'index-slots', value: 'N', help: 'maxHashSlotNum, if it is not a quarter of maxIndexNum (verify)' },
  { name: 'commitlog', value: 'LIST', help: 'folders of the CommitLog, with commas between (DIR/commitlog)' },
  { name: 'help', letter: 'h', help: 'print this and exit' },
]
const about = [
  'Looks through the data directory of a broker, Java’s or ours, that may be running. Nothing is written or locked.',
  '  inspect  files, ranges, records, queues, where bytes are bad',
  '  verify   as well every CRC, every tags code, every entry of the indexes; says what is wrong',
  'Exit code: 0 healthy, 1 damage found, 2 wrong usage or no store that can be read.',
]
const PROBLEMS_NAMED = 10

/** `rocketmq store …`. Returns the exit code. Throws ConfigError for a command line that it does not understand. */
export function runStoreCommand(
  args: readonly string[],
  { clock, disk, print }: Pick<AppContext, 'clock' | 'disk' | 'print'>,
  terminal: Terminal,
): number {
  const [command, folder, ...rest] = args
  if (args.includes('-h') || args.includes('--help')) {
    for (const line of [...helpText(usage, known).trimEnd().split('\n'), '', ...about]) print(line)
    return 0
  }
  const isThorough = command === 'verify'
  if ((!isThorough && command !== 'inspect') || folder === undefined || folder.startsWith('-')) {
    throw new ConfigError([`usage: ${usage} (-h shows them)`])
  }
  const given = readFlags(rest, known)
  const problemCountMax = numberOf(given, 'problems') ?? PROBLEMS_NAMED
  const indexSlotCount = numberOf(given, 'index-slots') ?? undefined
  const progress = progressOnTerminal(clock, terminal)
  try {
    const report = inspectStore(
      {
        folder,
        commitLogFolders: listOf(given, 'commitlog').map(name => path.resolve(name)),
        isThorough,
        problemCountMax,
        indexSlotCount,
      },
      { disk, onProgress: progress.show },
    )
    progress.clear()
    const lines = isThorough ? verdictText(report) : reportText(report, { topic: textOf(given, 'topic') })
    for (const line of given.has('json') ? [JSON.stringify(report, null, 2)] : lines) print(line)
    return report.isHealthy ? 0 : 1
  } catch (error) {
    progress.clear()
    // What cannot be read is as good as a wrong command line: there is nothing to say about the store.
    if (error instanceof StorageError) throw new ConfigError([error.message])
    throw error
  }
}

function numberOf(given: FlagValues, name: string): number | null {
  const text = textOf(given, name)
  if (text !== null && !/^\d{1,9}$/.test(text)) throw new ConfigError([`--${name} ${text}: a whole number is wanted`])
  return text === null ? null : Number(text)
}

function listOf(given: FlagValues, name: string): readonly string[] {
  return (textOf(given, name) ?? '').split(',').filter(part => part !== '')
}

function textOf(given: FlagValues, name: string): string | null {
  const value = given.get(name)
  return typeof value === 'string' ? value : null
}
