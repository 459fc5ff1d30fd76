import { wholeNumber } from '@rocketmq-ts/config'
import { z } from 'zod'

export const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const
export type Level = (typeof LEVELS)[number]

const levelByComponent = new RegExp(`^(\\s*[\\w-]+\\s*=\\s*(${LEVELS.join('|')})\\s*(;|$))*$`)

/** Our own keys; Java's logging is set up in a file of its own. All but the files' limits change at runtime. */
export const loggingConfigSchema = z.object({
  logLevel: z.enum(LEVELS).default('info').describe('the least level that is logged'),
  logLevelByComponent: z
    .string()
    .regex(levelByComponent)
    .default('')
    .describe('levels of single components, such as `commit-log=debug;remoting=warn`'),
  logTo: z
    .enum(['console', 'files', 'both'])
    .default('console')
    .meta({ restartOnly: true })
    .describe('`files`: rolling files with Java’s names under `$ROCKETMQ_HOME/logs/rocketmqlogs`'),
  logFormat: z
    .enum(['auto', 'pretty', 'json'])
    .default('auto')
    .meta({ restartOnly: true })
    .describe('on the console; `auto` is pretty on a terminal, JSON lines elsewhere'),
  logFileBytesMax: wholeNumber({ min: 4096, max: 2 ** 40 })
    .default(128 * 1024 * 1024)
    .meta({ restartOnly: true })
    .describe('a log file that is larger is rolled'),
  logFileCountMax: wholeNumber({ min: 1, max: 1000 })
    .default(20)
    .meta({ restartOnly: true })
    .describe('full log files that are kept of each kind'),
})

export type LoggingConfig = Readonly<z.infer<typeof loggingConfigSchema>>

/** `commit-log=debug;remoting=warn` as a table. */
export function readLevelByComponent(text: string): ReadonlyMap<string, Level> {
  const entries = text.split(';').filter(entry => entry.trim() !== '')
  return new Map(
    entries.map(entry => {
      const [component = '', level = ''] = entry.split('=')
      return [component.trim(), level.trim() as Level]
    }),
  )
}
