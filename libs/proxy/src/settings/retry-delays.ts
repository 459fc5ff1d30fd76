import type { GroupRetryPolicy } from '@rocketmq-ts/protocol'

/** The delays of a group that says nothing else, from one second to two hours. Source: remoting/protocol/subscription/CustomizedRetryPolicy.java */
export const defaultRetryDelaysMs: readonly number[] = [
  1, 5, 10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200,
].map(seconds => seconds * 1000)

/** Of a group whose delays grow, and that does not say how: clients are told these. Source: remoting/protocol/subscription/ExponentialRetryPolicy.java */
export const defaultExponential = { initial: 5000, max: 7_200_000, multiplier: 2 } as const

/** The first two delays are for those that were not delivered before: so it was when delays were levels. */
const CUSTOMIZED_BEGIN = 2
const EXPONENT_MAX = 32

/** How long a message waits that was delivered so many times before, and failed again. */
export function retryDelayMsOf(policy: GroupRetryPolicy, reconsumeTimes: number): number {
  const { type, exponentialRetryPolicy, customizedRetryPolicy } = policy
  if (type === 'EXPONENTIAL' && exponentialRetryPolicy !== null) {
    const { initial, max, multiplier } = exponentialRetryPolicy
    return Math.min(max, initial * multiplier ** Math.min(reconsumeTimes, EXPONENT_MAX))
  }
  const delays = (type === 'CUSTOMIZED' ? customizedRetryPolicy?.next : undefined) ?? defaultRetryDelaysMs
  return delays[reconsumeTimes + CUSTOMIZED_BEGIN] ?? delays.at(-1) ?? 0
}
