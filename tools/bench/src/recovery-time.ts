import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { Standalone, writeLargeStore } from '@rocketmq-ts/testing'

/** About a second of a broker that is sent 400 MiB/s. */
const UNCHECKED_COUNT = 100

/** How long a broker takes from its start until it serves, with a log of so many GiB that nobody closed. */
export async function recoveryTimes(gibibytes: number): Promise<string> {
  const rows = [
    await recoveryRow('empty', gibibytes, () => undefined),
    await recoveryRow('killed, checkpoint 400 MiB before the end', gibibytes, folder =>
      writeLargeStore({ folder, topic: 'bench', fileCount: gibibytes, uncheckedCount: UNCHECKED_COUNT }),
    ),
    await recoveryRow('killed, no checkpoint', gibibytes, folder =>
      writeLargeStore({ folder, topic: 'bench', fileCount: gibibytes, uncheckedCount: null }),
    ),
  ]
  return rows.join('')
}

async function recoveryRow(name: string, gibibytes: number, fill: (folder: string) => unknown): Promise<string> {
  const home = mkdtempSync(path.join(tmpdir(), 'rocketmq-ts-bench-'))
  try {
    fill(path.join(home, 'store'))
    const broker = new Standalone(home)
    const startMs = performance.now()
    await broker.start()
    const tookMs = performance.now() - startMs
    await broker.stop()
    return `${name === 'empty' ? name : `${gibibytes} GiB, ${name}`}: serves after ${(tookMs / 1000).toFixed(2)} s\n`
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
