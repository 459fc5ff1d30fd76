import { setTimeout as pause } from 'node:timers/promises'

export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await work()
  return performance.now() - startMs
}

/** The longest that something took which was asked again and again, with pauses, while `work` went on. */
export async function longestWhile(
  work: () => Promise<unknown>,
  ask: () => Promise<unknown>,
  pauseMs = 0,
): Promise<number> {
  const state = { isUnderWay: true }
  const working = work().finally(() => (state.isUnderWay = false))
  let longestMs = 0
  while (state.isUnderWay) {
    longestMs = Math.max(longestMs, await timeOf(ask))
    if (pauseMs > 0) await pause(pauseMs)
  }
  await working
  return longestMs
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
