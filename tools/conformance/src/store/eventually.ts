import { setTimeout } from 'node:timers/promises'
import { systemClock } from '@rocketmq-ts/base'

const PATIENCE_MS = 30_000
const PERIOD_MS = 50

/** Resolves to true as soon as the condition holds, to false when it does not in half a minute. */
export async function eventually(
  holds: () => Promise<boolean>,
  { patienceMs = PATIENCE_MS, periodMs = PERIOD_MS } = {},
): Promise<boolean> {
  const deadlineMs = systemClock.monotonicMs() + patienceMs
  while (!(await holds())) {
    if (systemClock.monotonicMs() > deadlineMs) return false
    await setTimeout(periodMs) // keeps this process alive, which a timer of the clock does not
  }
  return true
}
