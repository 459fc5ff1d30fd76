import { systemClock } from '@rocketmq-ts/base'

const PATIENCE_MS = 30_000
const PERIOD_MS = 50

/** Resolves to true as soon as the condition holds, to false when it does not in half a minute. */
export async function eventually(holds: () => Promise<boolean>): Promise<boolean> {
  const deadlineMs = systemClock.monotonicMs() + PATIENCE_MS
  while (!(await holds())) {
    if (systemClock.monotonicMs() > deadlineMs) return false
    await new Promise<void>(resolve => void systemClock.after(PERIOD_MS, resolve))
  }
  return true
}
