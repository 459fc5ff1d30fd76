import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Attempts } from '../store/attempts'
import { eventually } from '../store/eventually'
import { docker, dockerOutcome } from './docker'

const IMAGE = 'rocketmq-ts'
/** Nobody has them. */
const USER_IDS = [12345, 23456] as const
const HEALTHY_MS_MAX = 60_000
const LOOK_MS = 250

/** What holds for the image alone. */
export async function proveImage(project: string, attempts: Attempts): Promise<void> {
  await attempts.make('a setting of the environment counts', async () => {
    const printed = await docker(
      ...['run', '--rm', '--env', 'ROCKETMQ_BROKER_FLUSH_DISK_TYPE=SYNC_FLUSH', IMAGE, 'mqbroker', '-p'],
    )
    return /flushDiskType ?= ?SYNC_FLUSH/.test(printed) ? [] : [printed]
  })
  for (const [command, variable] of [
    ['mqnamesrv', 'ROCKETMQ_NAMESRV_LISTEN_PORT'],
    ['mqbroker', 'ROCKETMQ_BROKER_FLUSH_DISK_TYPE'],
    ['mqproxy', 'ROCKETMQ_PROXY_GRPC_SERVER_PORT'],
  ] as const) {
    await attempts.make(`${command} names a setting of the environment that is wrong, and ends`, async () => {
      const { code, printed } = await dockerOutcome('run', '--rm', '--env', `${variable}=NEVER`, IMAGE, command)
      const isNamed = printed.includes(variable) && printed.includes('NEVER')
      return code === 2 && isNamed ? [] : [`exit code ${code}: ${printed}`]
    })
  }
  const [userOfVolume, userOfFolder] = USER_IDS
  await attempts.make('any user serves with a new volume, and nothing else to write to', () =>
    serveAs(userOfVolume, `${project}-any-user`, project),
  )
  await attempts.make('any user serves with a folder of its own', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'rocketmq-containers-'))
    chownSync(folder, userOfFolder, userOfFolder)
    try {
      return await serveAs(userOfFolder, folder, project)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

/** Starts everything in one container with that volume for its data, and waits until it says that it is healthy. */
async function serveAs(userId: number, volume: string, project: string): Promise<readonly string[]> {
  const container = await docker(
    ...['run', '--detach', '--label', project, '--read-only', '--cap-drop', 'ALL'],
    ...['--user', `${userId}:${userId}`, '--volume', `${volume}:/data`, IMAGE],
  )
  try {
    const health = (): Promise<string> => docker('inspect', '--format', '{{.State.Health.Status}}', container)
    const isHealthy = async (): Promise<boolean> => (await health()) === 'healthy'
    if (!(await eventually(isHealthy, { patienceMs: HEALTHY_MS_MAX, periodMs: LOOK_MS }))) {
      return [await health(), await docker('logs', container)]
    }
    const owner = await docker('exec', container, 'stat', '--format', '%u', '/data/rocketmq-home/store')
    return owner === String(userId) ? [] : [`the store belongs to ${owner}`]
  } finally {
    await docker('rm', '--force', '--volumes', container)
    if (!path.isAbsolute(volume)) await docker('volume', 'rm', volume)
  }
}
