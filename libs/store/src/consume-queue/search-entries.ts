/**
 * The first queue offset from..until for whose entry `isBefore` is false; entries for which it is true come first, and
 * one that is not there is not before anything.
 */
export function searchEntries(
  { from, until }: { readonly from: number; readonly until: number },
  entryAt: (queueOffset: number) => Buffer | null,
  isBefore: (entry: Buffer) => boolean,
): number {
  let low = from
  let high = until
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const entry = entryAt(middle)
    if (entry !== null && isBefore(entry)) low = middle + 1
    else high = middle
  }
  return low
}
