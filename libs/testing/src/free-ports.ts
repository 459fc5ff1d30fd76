import { createServer } from 'node:net'

/** Below the range from which systems take the local ports of outgoing connections, so that none of those is in the way. */
const PORT_MIN = 20_000
const PORT_MAX = 32_000
const ATTEMPT_COUNT_MAX = 200

/**
 * A port that nobody listens on, with the neighbours that a broker takes as well: `port - 2` (VIP) and `port + 1` (HA).
 * Not held: another process may take it before its user does, which is why the choice is random.
 */
export async function freePortBlock(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPT_COUNT_MAX; attempt += 1) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN))
    const free = await Promise.all([port - 2, port, port + 1].map(isFree))
    if (!free.includes(false)) return port
  }
  throw new Error(`found no free ports between ${PORT_MIN} and ${PORT_MAX}`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}
