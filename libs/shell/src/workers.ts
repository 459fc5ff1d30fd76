import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { once } from 'node:events'
import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Component, Log } from '@rocketmq-ts/base'
import type { Host } from './run-app'

export interface WorkersDeps {
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
}

/** A process has ended before it served. */
export class WorkerFailedError extends RocketmqError {
  override readonly code = 'RMQ_WORKER_FAILED'
}

const RESTART_DELAY_MS = 1000

/**
 * Processes of one service on the same ports: connections go to one after the other, and a client's calls stay together, as
 * they come on one connection. One that dies is replaced.
 */
export class Workers implements Component {
  private readonly running = new Set<Worker>()
  private lines: readonly string[] = []
  private isStopping = false

  constructor(
    private readonly count: number,
    private readonly deps: WorkersDeps,
  ) {}

  /** What the first of them says of itself, once all serve. */
  get bootLines(): readonly string[] {
    return this.lines
  }

  /** Rejects with WorkerFailedError; why stands in the process's own words on standard error. */
  async start(): Promise<void> {
    const started = await Promise.all(Array.from({ length: this.count }, () => this.startOne()))
    const [first = ''] = started
    this.lines = [first.trimEnd()]
  }

  async stop(): Promise<void> {
    this.isStopping = true
    await Promise.all([...this.running].map(worker => end(worker)))
  }

  /** Resolves with what it says when it serves. */
  private startOne(): Promise<string> {
    const worker = cluster.fork()
    this.running.add(worker)
    return new Promise((resolve, reject) => {
      let serves = false
      worker.once('message', (line: string) => {
        serves = true
        this.deps.log.info({ workerPid: worker.process.pid }, 'a process serves')
        resolve(line)
      })
      worker.once('exit', (exitCode: number | null, signal: string | null) => {
        this.running.delete(worker)
        if (serves) this.replace(exitCode, signal)
        else
          reject(
            new WorkerFailedError(`a process of the service could not start: exit code ${exitCode ?? signal ?? ''}`),
          )
      })
    })
  }

  private replace(exitCode: number | null, signal: string | null): void {
    if (this.isStopping) return
    const { clock, log } = this.deps
    log.error({ exitCode, signal }, 'a process has died: its clients connect anew, and another one is started')
    clock.after(RESTART_DELAY_MS, () => this.startAgain())
  }

  private startAgain(): void {
    if (this.isStopping) return
    this.startOne().catch((err: unknown) => {
      const { clock, log } = this.deps
      log.error({ err }, 'a process cannot be replaced: tried again')
      clock.after(RESTART_DELAY_MS, () => this.startAgain())
    })
  }
}

async function end(worker: Worker): Promise<void> {
  const exited = once(worker, 'exit')
  worker.process.kill('SIGTERM')
  await exited
}

/** A worker as `runApp` sees it: what it prints goes to the process that started it, and that one ends it, not the terminal. */
export function workerHost(): Host {
  process.on('SIGINT', () => undefined)
  return {
    argv: process.argv,
    env: process.env,
    stderr: process.stderr,
    stdout: { write: text => process.send?.(text), on: () => undefined },
    on: (event, listener) => (event === 'SIGINT' ? undefined : process.on(event, listener)),
    exit: code => process.exit(code),
  }
}
