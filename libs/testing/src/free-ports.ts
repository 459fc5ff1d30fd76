import { createServer } from 'node:net'
import type { Server } from 'node:net'

/** Below the range from which systems take the local ports of outgoing connections, so that none of those is in the way. */
const PORT_MIN = 20_000
const BLOCK_COUNT = 3000
const BLOCK_SIZE = 4
const ATTEMPT_COUNT_MAX = 200

/** Where a block's ports lie: its server's own, the VIP port two below, the HA port one above, and one that is ours. */
const VIP_PORT = 0
const GUARD_PORT = 1
const LISTEN_PORT = 2
const HA_PORT = 3

/**
 * A port that nobody listens on, with the neighbours that a broker takes as well: `port - 2` (VIP) and `port + 1` (HA).
 *
 * Its user listens later and perhaps again after a restart, so the block is kept for it: the one port of four that no
 * server takes is listened on until this process ends, and who finds it taken, here or in another process, chooses
 * another block.
 */
export async function freePortBlock(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPT_COUNT_MAX; attempt += 1) {
    const first = PORT_MIN + Math.floor(Math.random() * BLOCK_COUNT) * BLOCK_SIZE
    if (await takeBlock(first)) return first + LISTEN_PORT
  }
  throw new Error(`found no free ports between ${PORT_MIN} and ${PORT_MIN + BLOCK_COUNT * BLOCK_SIZE - 1}`)
}

async function takeBlock(first: number): Promise<boolean> {
  const guard = await listenOn(first + GUARD_PORT, '127.0.0.1')
  if (guard === null) return false
  for (const place of [VIP_PORT, LISTEN_PORT, HA_PORT]) {
    const probe = await listenOn(first + place, '0.0.0.0')
    if (probe === null) {
      await close(guard)
      return false
    }
    await close(probe)
  }
  guard.unref()
  return true
}

/** `null` when the port is taken. On all addresses, as servers do: what listens on any single one is in the way. */
function listenOn(port: number, host: string): Promise<Server | null> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => {
      resolve(null)
    })
    server.listen(port, host, () => {
      resolve(server)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => {
      resolve()
    })
  })
}
