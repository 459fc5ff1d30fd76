import type { IncomingHttpHeaders, Http2Server } from 'node:http2'
import type { Server } from '@grpc/grpc-js'

const TIMEOUT_HEADER = 'grpc-timeout'
const TIMEOUT = /^(\d{1,8})([HMSmun])$/
const SECONDS: Readonly<Record<string, number>> = { H: 3600, M: 60, S: 1, m: 1e-3, u: 1e-6, n: 1e-9 }
/** What fits a timer: 24 days. */
const SECONDS_MAX = 2_147_483

/**
 * Java's client opens its Telemetry stream for sixty years, which grpc-js takes for less than nothing: the stream would end
 * at once. So the header is shortened before grpc-js sees it, for which it has no place of its own: its HTTP/2 servers are
 * taken from inside it. Must be called after those were made.
 */
export function clampDeadlines(server: Server): void {
  const { http2Servers } = server as unknown as { readonly http2Servers: ReadonlyMap<Http2Server, unknown> }
  for (const http2Server of http2Servers.keys()) {
    http2Server.prependListener('stream', (_stream: unknown, headers: IncomingHttpHeaders) => {
      const timeout = headers[TIMEOUT_HEADER]
      if (typeof timeout === 'string') headers[TIMEOUT_HEADER] = clampedTimeout(timeout)
    })
  }
}

/** A timeout as gRPC writes it, if need be shortened to what a timer can hold. */
export function clampedTimeout(timeout: string): string {
  const [, amount = '', unit = ''] = TIMEOUT.exec(timeout) ?? []
  return Number(amount) * (SECONDS[unit] ?? 0) > SECONDS_MAX ? `${SECONDS_MAX}S` : timeout
}
