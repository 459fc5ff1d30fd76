import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import type { Component } from '@rocketmq-ts/base'
import { systemClock } from '@rocketmq-ts/base'

/** What to run, and how to see that it serves. */
export interface ServerLaunch {
  /** For messages: `broker-a (java)`. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Matches the output from the moment on at which the server serves. */
  readonly servesPattern: RegExp
}

export interface ExitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const START_TIMEOUT_MS = 90_000
const STOP_TIMEOUT_MS = 60_000
const OUTPUT_CHARS_MAX = 200_000

/** Children of this process that still run: a test that dies takes its servers along. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** In /proc/PID/stat, counted from the field behind the name. */
const USER_TICKS_AT = 11
/** What the kernel tells its programs, whatever it counts with itself. */
const TICKS_PER_SECOND = 100

/** A server in a process of its own, which can be stopped, killed and started again. */
export class ServerProcess implements Component {
  private child: ChildProcess | null = null
  private exited: Promise<ExitStatus> | null = null
  private outputText = ''

  constructor(private readonly launch: ServerLaunch) {}

  /** All that it has written to stdout and stderr since its last start; the oldest is dropped. */
  get output(): string {
    return this.outputText
  }

  get pid(): number {
    const pid = this.child?.pid
    if (pid === undefined) throw new Error(`${this.launch.name} does not run`)
    return pid
  }

  /** Resolves when the server says that it serves. Rejects with its output when it ends or stays silent. */
  async start(): Promise<void> {
    const { started, exited } = this.spawn()
    const outcome = await Promise.race([started, exited, timeout(START_TIMEOUT_MS)])
    if (outcome === 'serves') return
    await this.kill()
    const why =
      outcome === 'timeout' ? `did not serve within ${START_TIMEOUT_MS} ms` : `ended with ${describe(outcome)}`
    throw new Error(`${this.launch.name} ${why}; it wrote:\n${this.outputText}`)
  }

  /** Starts and waits for the end, for a server that is expected to refuse. */
  async runToExit(): Promise<ExitStatus> {
    const { exited } = this.spawn()
    return this.exitWithin(exited, START_TIMEOUT_MS)
  }

  async stop(): Promise<void> {
    await this.signal('SIGTERM')
  }

  /** Pulls the plug: SIGKILL. */
  async kill(): Promise<void> {
    await this.signal('SIGKILL')
  }

  /** Sends the signal and resolves with how the process ended; null if it did not run. Rejects when it does not end. */
  async signal(signal: NodeJS.Signals): Promise<ExitStatus | null> {
    const { child, exited } = this
    if (child === null || exited === null) return null
    child.kill(signal)
    return this.exitWithin(exited, STOP_TIMEOUT_MS)
  }

  /** Resident memory in bytes. Linux only, as every test that bounds memory. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
    if (kibibytes === undefined) throw new Error(`no VmRSS in /proc/${this.pid}/status`)
    return Number(kibibytes) * 1024
  }

  /** That it has been at work, in user and kernel. Linux only. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'latin1')
    const [userTicks, systemTicks] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(USER_TICKS_AT)
    return (Number(userTicks) + Number(systemTicks)) / TICKS_PER_SECOND
  }

  /** Files and sockets that it has open. Linux only. */
  openFileCount(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length
  }

  private spawn(): { started: Promise<'serves'>; exited: Promise<ExitStatus> } {
    if (this.child !== null) throw new Error(`${this.launch.name} runs already`)
    const { command, args, environment, servesPattern } = this.launch
    const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.child = child
    this.outputText = ''
    running.add(child)
    const exited = new Promise<ExitStatus>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        running.delete(child)
        this.child = null
        resolve({ code, signal })
      })
    })
    this.exited = exited
    const started = new Promise<'serves'>(resolve => {
      const collect = (chunk: Buffer): void => {
        this.outputText = (this.outputText + chunk.toString()).slice(-OUTPUT_CHARS_MAX)
        if (servesPattern.test(this.outputText)) resolve('serves')
      }
      child.stdout.on('data', collect)
      child.stderr.on('data', collect)
    })
    return { started, exited }
  }

  private async exitWithin(exited: Promise<ExitStatus>, timeoutMs: number): Promise<ExitStatus> {
    const outcome = await Promise.race([exited, timeout(timeoutMs)])
    if (outcome !== 'timeout') return outcome
    this.child?.kill('SIGKILL')
    throw new Error(`${this.launch.name} did not end within ${timeoutMs} ms; it wrote:\n${this.outputText}`)
  }
}

function timeout(ms: number): Promise<'timeout'> {
  return new Promise(resolve => {
    systemClock.after(ms, () => {
      resolve('timeout')
    })
  })
}

function describe({ code, signal }: ExitStatus): string {
  return signal === null ? `exit code ${code}` : signal
}
