import SonicBoom from 'sonic-boom'
import type { LineWriter } from './logging'
import type { LoggingConfig } from './logging-config'

/** Unwritten console output that is kept; what comes on top is dropped. */
const CONSOLE_BACKLOG_BYTES_MAX = 1024 * 1024

export interface ConsoleWriter extends LineWriter {
  /** Hands everything to the operating system, now. */
  flush(): void
}

/**
 * Writes to standard output without ever waiting for it: whoever stops reading our log must not stop the broker. People
 * get colours, pipes get JSON lines, by `logFormat`.
 */
export async function createConsoleWriter(
  { logFormat }: Pick<LoggingConfig, 'logFormat'>,
  { isTTY }: { readonly isTTY: boolean },
): Promise<ConsoleWriter> {
  const output = new SonicBoom({ fd: 1, sync: false, maxLength: CONSOLE_BACKLOG_BYTES_MAX })
  output.on('error', () => undefined) // nobody reads any more
  const prettify = logFormat === 'json' || (logFormat === 'auto' && !isTTY) ? null : await createPrettifier(isTTY)
  return {
    write: line => void output.write(prettify === null ? line : (prettify(line) ?? '')),
    flush() {
      try {
        output.flushSync()
      } catch {
        // closed by its reader
      }
    },
  }
}

/** Loaded only for people: it costs a start some milliseconds. */
async function createPrettifier(colorize: boolean): Promise<(line: string) => string | undefined> {
  const { prettyFactory } = await import('pino-pretty')
  return prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,service,component',
    messageFormat: '{service}{if component}/{component}{end}: {msg}',
    singleLine: true,
  })
}
