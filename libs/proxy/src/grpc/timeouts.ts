const TIMEOUT = /^(\d{1,8})([HMSmun])$/
const SECONDS: Readonly<Record<string, number>> = { H: 3600, M: 60, S: 1, m: 1e-3, u: 1e-6, n: 1e-9 }
const MS_PER_SECOND = 1000

/**
 * Milliseconds that the client waits for the end of its call, of the header grpc-timeout; null: for ever, or nobody can read
 * it. Java's client opens its Telemetry stream for sixty years.
 */
export function timeoutMsOf(timeout: string | null): number | null {
  const [, amount = '', unit = ''] = TIMEOUT.exec(timeout ?? '') ?? []
  const seconds = SECONDS[unit]
  return seconds === undefined ? null : Number(amount) * seconds * MS_PER_SECOND
}
