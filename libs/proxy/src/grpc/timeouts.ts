import type { IncomingHttpHeaders } from 'node:http2'

const TIMEOUT_HEADER = 'grpc-timeout'
const TIMEOUT = /^(\d{1,8})([HMSmun])$/
const SECONDS: Readonly<Record<string, number>> = { H: 3600, M: 60, S: 1, m: 1e-3, u: 1e-6, n: 1e-9 }
/** What fits a timer: 24 days. */
const SECONDS_MAX = 2_147_483
const MS_PER_SECOND = 1000

/**
 * Java's client opens its Telemetry stream for sixty years, which grpc-js takes for less than nothing: the stream would end
 * at once. So the header is shortened before grpc-js sees it.
 */
export function clampTimeout(headers: IncomingHttpHeaders): void {
  const timeout = headers[TIMEOUT_HEADER]
  if (typeof timeout === 'string') headers[TIMEOUT_HEADER] = clampedTimeout(timeout)
}

/** Milliseconds that the client waits for the end of its call; null: for ever, or nobody can read it. */
export function timeoutMsOf(headers: IncomingHttpHeaders): number | null {
  const timeout = headers[TIMEOUT_HEADER]
  const [, amount = '', unit = ''] = TIMEOUT.exec(typeof timeout === 'string' ? timeout : '') ?? []
  const seconds = SECONDS[unit]
  return seconds === undefined ? null : Number(amount) * seconds * MS_PER_SECOND
}

/** A timeout as gRPC writes it, if need be shortened to what a timer can hold. */
export function clampedTimeout(timeout: string): string {
  const [, amount = '', unit = ''] = TIMEOUT.exec(timeout) ?? []
  return Number(amount) * (SECONDS[unit] ?? 0) > SECONDS_MAX ? `${SECONDS_MAX}S` : timeout
}
