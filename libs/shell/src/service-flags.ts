import * as path from 'node:path'
import { importantBrokerKeys } from '@rocketmq-ts/config'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { helpText } from './flags'
import type { Flag, FlagValues } from './flags'
import type { AppContext } from './run-app'

/** Java's flags of a server. Source: srvutil/ServerUtil.java, broker/BrokerStartup.java */
export const serviceFlags: readonly Flag[] = [
  { name: 'configFile', letter: 'c', value: 'FILE', help: 'configuration, in Java properties' },
  { name: 'namesrvAddr', letter: 'n', value: 'LIST', help: 'NameServers, such as 192.168.0.1:9876;192.168.0.2:9876' },
  { name: 'printConfigItem', letter: 'p', help: 'print all configuration items and exit' },
  { name: 'printImportantConfig', letter: 'm', help: 'print the important configuration items and exit' },
  { name: 'help', letter: 'h', help: 'print this and exit' },
]

/** The file of `-c` by its whole path, or null. */
export function configFileOf(flags: FlagValues): string | null {
  const file = flags.get('configFile')
  return typeof file === 'string' ? path.resolve(file) : null
}

export interface FlagAnswers {
  /** `mqbroker [flags]` */
  readonly usage: string
  readonly known: readonly Flag[]
  readonly given: FlagValues
  readonly config: Pick<RuntimeConfig<unknown>, 'toPropertiesText'>
}

/** Answers `-h`, `-p` and `-m`; false when none of them was given. */
export function printWhatIsAsked(
  { usage, known, given, config }: FlagAnswers,
  { print }: Pick<AppContext, 'print'>,
): boolean {
  const lines = config.toPropertiesText().trimEnd().split('\n')
  if (given.has('help')) print(helpText(usage, known).trimEnd())
  else if (given.has('printConfigItem')) lines.forEach(print)
  else if (given.has('printImportantConfig')) lines.filter(isImportant).forEach(print)
  else return false
  return true
}

function isImportant(line: string): boolean {
  return importantBrokerKeys.has(line.slice(0, line.indexOf('=')))
}
