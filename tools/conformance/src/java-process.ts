import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Properties } from '@rocketmq-ts/testing'
import type { JavaToolchain } from './java-toolchain'

export interface JavaProgram {
  readonly toolchain: JavaToolchain
  readonly mainClass: string
  readonly args: readonly string[]
  /** Where the clients keep their logs and local offsets. */
  readonly home: string
  readonly systemProperties: Properties
}

const STDERR_CHARS_MAX = 20_000

/** A JVM that speaks with us in lines of JSON: what it tells on its stdout, what we answer on its stdin. */
export class JavaProcess {
  private readonly child: ChildProcessWithoutNullStreams
  private readonly exited: Promise<number | null>
  private stderrText = ''

  constructor({ toolchain, mainClass, args, home, systemProperties }: JavaProgram) {
    const definitions = Object.entries(systemProperties).map(([key, value]) => `-D${key}=${value}`)
    this.child = spawn('java', [
      ...['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', `-Duser.home=${home}`, '-Dfile.encoding=UTF-8'],
      ...[...definitions, '-cp', toolchain.classPath, mainClass, ...args],
    ])
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.stderrText = (this.stderrText + chunk.toString()).slice(-STDERR_CHARS_MAX)
    })
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject)
      this.child.once('close', resolve)
    })
    process.once('exit', this.kill)
  }

  /** What it printed beside the lines of JSON. */
  get stderr(): string {
    return this.stderrText
  }

  send(line: object): void {
    this.child.stdin.write(`${JSON.stringify(line)}\n`)
  }

  /** Closes its stdin: it has been told everything. */
  end(): void {
    this.child.stdin.end()
  }

  /** Hands each line to `onLine`, one after the other, and ends with the exit code. */
  async forEachLine(onLine: (line: unknown) => Promise<void> | void): Promise<number | null> {
    for await (const line of createInterface({ input: this.child.stdout })) await onLine(JSON.parse(line) as unknown)
    const code = await this.exited
    process.off('exit', this.kill)
    return code
  }

  readonly kill = (): void => {
    this.child.kill('SIGKILL')
  }
}
