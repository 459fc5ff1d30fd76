import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Clock } from '@rocketmq-ts/base'
import { ConnectFailedError } from './errors'
import { readHostAndPort } from './socket-address'

export interface ConnectRequest {
  /** `host:port`. */
  readonly address: string
  readonly timeoutMs: number
  /** Null: plain. */
  readonly tls: ConnectionOptions | null
  readonly clock: Pick<Clock, 'after'>
  /** Ends the attempt. */
  readonly signal: AbortSignal
}

/** A connected socket, its TLS handshake done. Rejects with ConnectFailedError. */
export function connect({ address, timeoutMs, tls, clock, signal }: ConnectRequest): Promise<Socket> {
  const target = readHostAndPort(address)
  if (target === null) return Promise.reject(new ConnectFailedError(address, 'the address is not host:port'))
  if (signal.aborted) return Promise.reject(new ConnectFailedError(address, 'the client is stopped'))
  return new Promise((resolve, reject) => {
    const socket = tls === null ? connectTcp({ ...target, noDelay: true }) : connectTls({ ...target, ...tls })
    const timer = clock.after(timeoutMs, () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)))
    const abort = (): void => void socket.destroy(new Error('the client is stopped'))
    const failed = (cause: Error): void => {
      timer.cancel()
      signal.removeEventListener('abort', abort)
      reject(new ConnectFailedError(address, cause.message, { cause }))
    }
    signal.addEventListener('abort', abort)
    socket.once('error', failed)
    socket.once(tls === null ? 'connect' : 'secureConnect', () => {
      timer.cancel()
      signal.removeEventListener('abort', abort)
      socket.off('error', failed)
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}
