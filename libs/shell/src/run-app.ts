import { ConfigError, nodeDisk, RocketmqError, systemClock } from '@rocketmq-ts/base'
import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'

/** What an app is made from. */
export interface AppContext {
  /** Without `node` and the script. */
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly disk: Disk
  /** Writes a line to standard output. */
  readonly print: (line: string) => void
}

/** What runs until a signal ends it. */
export interface App {
  readonly component: Component
  readonly log: Log
  /** What people are told once it serves: a line per service, with its address. */
  readonly bootLines: () => readonly string[]
  /** Hands what was logged to the operating system; called last. */
  readonly flush: () => void
}

/** The part of `process` that is used. */
export interface Host {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: { write(text: string): unknown; on(event: 'error', listener: () => void): unknown }
  readonly stderr: { write(text: string): unknown }
  on(event: string, listener: (value: unknown) => void): unknown
  exit(code: number): void
}

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const

/**
 * The life of every process: make, start, say so, wait for SIGINT or SIGTERM, stop, exit 0. A second signal ends it at
 * once. Exit 2: the configuration or the command line cannot be used. Exit 1: it could not start, or has a bug.
 * An app that is null has done all it was asked for.
 */
export async function runApp(
  createApp: (context: AppContext) => Promise<App | null>,
  host: Host = process,
): Promise<void> {
  let app: App | null = null
  function fail(error: unknown, text: string): void {
    app?.log.fatal({ err: error }, text)
    app?.flush()
    host.stderr.write(`${inWords(error)}\n`)
    host.exit(error instanceof ConfigError ? 2 : 1)
  }
  host.stdout.on('error', () => undefined) // its reader has gone, which is no reason to stop
  host.on('uncaughtException', error => fail(error, 'a bug: uncaught exception'))
  host.on('unhandledRejection', error => fail(error, 'a bug: unhandled rejection'))
  try {
    const print = (line: string): void => void host.stdout.write(`${line}\n`)
    const args = host.argv.slice(2)
    app = await createApp({ args, environment: host.env, clock: systemClock, disk: nodeDisk, print })
    if (app === null) return
    const signalled = firstSignal(host)
    await app.component.start()
    for (const line of app.bootLines()) print(line)
    const signal = await signalled
    app.log.info({ signal }, 'stopping')
    await app.component.stop()
    app.flush()
    host.exit(0)
  } catch (error) {
    fail(error, 'could not start')
  }
}

/** Resolves with the first signal; the second ends the process, as whoever sends it has no patience left. */
function firstSignal(host: Host): Promise<string> {
  return new Promise(resolve => {
    let signalCount = 0
    for (const [signal, number] of Object.entries(SIGNAL_NUMBERS)) {
      host.on(signal, () => {
        signalCount += 1
        if (signalCount > 1) host.exit(128 + number)
        resolve(signal)
      })
    }
  })
}

/** A message is enough for what people can mend; a bug comes with its stack. */
function inWords(error: unknown): string {
  if (error instanceof RocketmqError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
