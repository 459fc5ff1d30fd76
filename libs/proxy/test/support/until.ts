import { setImmediate as turn } from 'node:timers/promises'

/** Resolves when it is so, as the event loop goes on. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn()
}
