import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { workspaceRoot } from '@rocketmq-ts/testing'

const execute = promisify(execFile)
/** A command that takes longer hangs. */
const COMMAND_MS_MAX = 120_000

export interface CommandOutcome {
  /** Null: it did not run to its end. */
  readonly code: number | null
  /** Both outputs. */
  readonly printed: string
}

/** What `docker ARGS` printed. Rejects when it fails. */
export function docker(...args: readonly string[]): Promise<string> {
  return printedBy('docker', args)
}

/** What `docker-compose ARGS` printed. Rejects when it fails. */
export function dockerCompose(...args: readonly string[]): Promise<string> {
  return printedBy('docker-compose', args)
}

/** How `docker ARGS` ended, for what is meant to fail. */
export async function dockerOutcome(...args: readonly string[]): Promise<CommandOutcome> {
  try {
    return { code: 0, printed: await docker(...args) }
  } catch (error) {
    const { code, stdout, stderr } = error as {
      readonly code?: unknown
      readonly stdout: string
      readonly stderr: string
    }
    return { code: typeof code === 'number' ? code : null, printed: stdout + stderr }
  }
}

async function printedBy(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(command, args, { cwd: workspaceRoot, timeout: COMMAND_MS_MAX })
  return stdout.trim()
}
