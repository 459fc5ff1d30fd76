import * as os from 'node:os'
import * as path from 'node:path'
import { isatty } from 'node:tty'
import type { Log } from '@rocketmq-ts/base'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { createConsoleWriter } from './console-writer'
import { Logging } from './logging'
import type { Level, LoggingConfig } from './logging-config'

/** The logs of one service of this process. */
export interface ServiceLogging {
  readonly log: Log
  /** In place of `logLevel`, until that is changed or the next start. */
  readonly changeLevel: (level: Level) => void
  /** Hands everything to the operating system; called last. */
  readonly flush: () => void
}

/** Logs where and how the service's configuration says, and what was odd about that configuration. */
export async function startLogging(
  service: string,
  config: Pick<RuntimeConfig<LoggingConfig & { rocketmqHome: string }>, 'values' | 'onChange' | 'warnings'>,
): Promise<ServiceLogging> {
  const console = await createConsoleWriter(config.values, { isTTY: isatty(1) })
  const folder = path.join(config.values.rocketmqHome || os.homedir(), 'logs')
  const logging = new Logging({ config, service, folder, console })
  for (const problem of config.warnings) logging.log.warn({ problem }, 'configuration')
  return {
    log: logging.log,
    changeLevel: level => logging.changeLevel(level),
    flush() {
      console.flush()
      logging.close()
    },
  }
}
