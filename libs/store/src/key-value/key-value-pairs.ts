import type { KeyRange, KeyValue, KeyValueDatabase } from './key-value-database'

const PAGE = { countMax: 1000, bytesMax: 1024 ** 2 }

/** The pairs of a range, page by page. Rejects with StorageError. */
export async function* keyValuePairs(
  database: Pick<KeyValueDatabase, 'read'>,
  { from, until }: KeyRange,
): AsyncIterableIterator<KeyValue> {
  for (let pageFrom = from; ;) {
    const page = await database.read({ from: pageFrom, until }, PAGE)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    pageFrom = keyAfter(last.key)
  }
}

/** The value of a key, or null. Rejects with StorageError. */
export async function findValue(database: Pick<KeyValueDatabase, 'read'>, key: Buffer): Promise<Buffer | null> {
  const [pair] = await database.read({ from: key, until: keyAfter(key) }, { countMax: 1, bytesMax: 1 })
  return pair?.value ?? null
}

/** The smallest key behind a key. */
function keyAfter(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.alloc(1)])
}
