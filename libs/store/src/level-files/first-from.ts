/** Index of the first item whose key is `key` or comes behind it; the items are in the order of their keys. */
export function firstFrom<Item>(items: readonly Item[], key: Buffer, keyOf: (item: Item) => Buffer): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keyOf(items[middle] as Item).compare(key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
