import type { Server } from 'node:net'
import type { Log } from '@rocketmq-ts/base'
import { ListenFailedError } from '@rocketmq-ts/remoting'

/** A port of the proxy, as its configuration names it. */
export interface ProxyPort {
  /** Whom it is for: `gRPC`, `HTTP`. */
  readonly what: string
  readonly host: string
  readonly port: number
  /** The key that says so. */
  readonly key: string
}

export interface ListenOnDeps {
  readonly log: Pick<Log, 'warn'>
  /** When the port is in use, a free one will do. */
  readonly mayListenElsewhere: boolean
}

/** Rejects with ListenFailedError. */
export async function listenOn(
  server: Server,
  { what, host, port, key }: ProxyPort,
  deps: ListenOnDeps,
): Promise<void> {
  try {
    await listening(server, { host, port })
  } catch (error) {
    if (!deps.mayListenElsewhere || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
      const text = `cannot listen on ${host}:${port} for ${what}: ${(error as Error).message}: set another ${key} or bindAddress`
      throw new ListenFailedError(text, { cause: error })
    }
    deps.log.warn({ port }, `the ${what} port is in use, and nobody chose it: another one is taken`)
    await listening(server, { host, port: 0 })
  }
}

function listening(server: Server, where: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
