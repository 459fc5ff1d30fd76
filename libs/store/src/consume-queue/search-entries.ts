/**
 * The first queue offset from..until for whose entry `isBefore` is false; entries for which it is true come first, and
 * one that is not there is not before anything. Of very many queues most have few entries in a large file: the steps
 * from the front double until they have gone too far.
 */
export function searchEntries(
  { from, until }: { readonly from: number; readonly until: number },
  entryAt: (queueOffset: number) => Buffer | null,
  isBefore: (entry: Buffer) => boolean,
): number {
  let low = from
  let high = until
  for (let step = 1; low < high; step *= 2) {
    const at = Math.min(low + step - 1, Math.floor((low + high) / 2))
    const entry = entryAt(at)
    if (entry !== null && isBefore(entry)) low = at + 1
    else high = at
  }
  return low
}
