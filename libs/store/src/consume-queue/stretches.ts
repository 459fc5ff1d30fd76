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

/** Does the work for all of them, for some at a time. Rejects when the work for one has failed and that under way is done. */
export async function atOnce<Item>(
  countMax: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  const goOn = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as Item)
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(countMax, items.length) }, goOn))
  const failed = ends.find(end => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
