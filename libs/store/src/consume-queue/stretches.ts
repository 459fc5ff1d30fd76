import type { Clock } from '@rocketmq-ts/base'

/** How long work over very many items may hold up the event loop at a stretch. */
const STRETCH_MS = 2

/** Goes through all of them and lets the event loop turn every now and then. */
export async function inStretches<Item>(
  clock: Pick<Clock, 'monotonicMs' | 'endOfTurn'>,
  items: Iterable<Item>,
  visit: (item: Item) => void | Promise<void>,
): Promise<void> {
  let startMs = clock.monotonicMs()
  for (const item of items) {
    const visited = visit(item)
    if (visited !== undefined) await visited
    if (clock.monotonicMs() - startMs <= STRETCH_MS) continue
    await new Promise<void>(resolve => clock.endOfTurn(resolve))
    startMs = clock.monotonicMs()
  }
}
