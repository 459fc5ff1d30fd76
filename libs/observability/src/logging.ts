import * as path from 'node:path'
import type { Log } from '@rocketmq-ts/base'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import { pino } from 'pino'
import type { Logger } from 'pino'
import { logFileName } from './log-file-names'
import { readLevelByComponent } from './logging-config'
import type { Level, LoggingConfig } from './logging-config'
import { RollingFile } from './rolling-file'

/** Where finished lines go. */
export interface LineWriter {
  write(line: string): void
}

export interface LoggingDeps {
  readonly config: Pick<RuntimeConfig<LoggingConfig>, 'values' | 'onChange'>
  /** `broker`, `namesrv`: stands in every line and names the main file. */
  readonly service: string
  /** For files: `$ROCKETMQ_HOME/logs`. */
  readonly folder: string
  readonly console: LineWriter
}

const LEVEL_NUMBERS: Readonly<Record<Level, number>> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 }
const hidden = (): string => '[hidden]'
/** Never in a log, whoever puts it there. */
const serializers = {
  err: pino.stdSerializers.err,
  body: hidden,
  password: hidden,
  secretKey: hidden,
  signature: hidden,
}

/** The logs of one service: levels by component that change while it runs, the console and rolling files. */
export class Logging {
  readonly log: Log
  private readonly components = new Map<string, { logger: Logger; threshold: Threshold }>()
  private chosen: Level | null = null
  private readonly files = new Map<string, RollingFile>()

  constructor(private readonly deps: LoggingDeps) {
    this.log = this.component(deps.service)
    deps.config.onChange(keys => {
      if (keys.has('logLevel')) this.chosen = null
      if (keys.has('logLevel') || keys.has('logLevelByComponent')) this.setLevels()
    })
  }

  /** In place of `logLevel`, until that is changed or the next start. */
  changeLevel(level: Level): void {
    this.chosen = level
    this.setLevels()
  }

  /** Closes the files; what is logged later opens them again. */
  close(): void {
    for (const file of this.files.values()) file.close()
  }

  /** The log of a component, whoever asks for it first. */
  component(name: string): Log {
    let component = this.components.get(name)
    if (component === undefined) {
      component = { logger: this.createLogger(name), threshold: { level: this.levelOf(name) } }
      this.components.set(name, component)
    }
    return new ComponentLog(component.logger, component.threshold, this)
  }

  private setLevels(): void {
    for (const [name, { threshold }] of this.components) threshold.level = this.levelOf(name)
  }

  private levelOf(component: string): number {
    const { logLevel, logLevelByComponent } = this.deps.config.values
    return LEVEL_NUMBERS[readLevelByComponent(logLevelByComponent).get(component) ?? this.chosen ?? logLevel]
  }

  private createLogger(component: string): Logger {
    const { service } = this.deps
    const base = component === service ? { service } : { service, component }
    const formatters = { level: (label: string) => ({ level: label }) }
    const options = { level: 'debug', base, formatters, serializers, timestamp: pino.stdTimeFunctions.isoTime }
    return pino(options, this.destination(component))
  }

  private destination(component: string): LineWriter {
    const { console, config } = this.deps
    switch (config.values.logTo) {
      case 'console':
        return console
      case 'files':
        return this.file(component)
      case 'both':
        return both(console, this.file(component))
    }
  }

  private file(component: string): RollingFile {
    const { service, folder, config } = this.deps
    const name = logFileName(service, component)
    let file = this.files.get(name)
    if (file === undefined) {
      const { logFileBytesMax: bytesMax, logFileCountMax: fullFileCountMax } = config.values
      file = new RollingFile({ path: path.join(folder, 'rocketmqlogs', name), bytesMax, fullFileCountMax })
      this.files.set(name, file)
    }
    return file
  }
}

/** Shared by all the logs of a component, so that one assignment changes them. */
interface Threshold {
  level: number
}

class ComponentLog implements Log {
  constructor(
    private readonly logger: Logger,
    private readonly threshold: Threshold,
    private readonly logging: Pick<Logging, 'component'>,
  ) {}

  debug(values: object, text: string): void {
    if (this.threshold.level <= LEVEL_NUMBERS.debug) this.logger.debug(values, text)
  }

  info(values: object, text: string): void {
    if (this.threshold.level <= LEVEL_NUMBERS.info) this.logger.info(values, text)
  }

  warn(values: object, text: string): void {
    if (this.threshold.level <= LEVEL_NUMBERS.warn) this.logger.warn(values, text)
  }

  error(values: object, text: string): void {
    if (this.threshold.level <= LEVEL_NUMBERS.error) this.logger.error(values, text)
  }

  fatal(values: object, text: string): void {
    this.logger.fatal(values, text)
  }

  child({ component, ...bindings }: Parameters<Log['child']>[0]): Log {
    if (component !== undefined) {
      const log = this.logging.component(component)
      return Object.keys(bindings).length === 0 ? log : log.child(bindings)
    }
    return new ComponentLog(this.logger.child(bindings), this.threshold, this.logging)
  }
}

function both(first: LineWriter, second: LineWriter): LineWriter {
  return {
    write(line) {
      first.write(line)
      second.write(line)
    },
  }
}
