import { StorageError } from '@rocketmq-ts/base'
import type * as classicLevel from 'classic-level'
import type {
  KeyRange,
  KeyValue,
  KeyValueBatch,
  KeyValueDatabase,
  KeyValueDatabaseOptions,
  ReadLimits,
} from './key-value-database'

const PAIRS_AT_ONCE = 64

type Level = classicLevel.ClassicLevel<Buffer, Buffer>

/** LevelDB. The newest changes are in a buffer of half of `memoryBytes`, twice while one goes to a file. */
export async function openLevelDatabase(
  folder: string,
  { memoryBytes, whenDamaged }: KeyValueDatabaseOptions,
): Promise<KeyValueDatabase> {
  // Loaded when it is needed: who has the default engine never owes the addon.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { ClassicLevel } = require('classic-level') as typeof classicLevel
  const encodings = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const
  const sizes = { writeBufferSize: memoryBytes / 2, cacheSize: memoryBytes }
  const database: Level = new ClassicLevel(folder, { ...encodings, ...sizes })
  try {
    await database.open()
  } catch (cause) {
    const reason = messageOf((cause as Error).cause ?? cause)
    throw new StorageError(`cannot open ${folder}: ${reason}. If it is damaged, ${whenDamaged}`, { cause })
  }
  return new LevelDatabase(folder, database)
}

class LevelDatabase implements KeyValueDatabase {
  constructor(
    private readonly folder: string,
    private readonly database: Level,
  ) {}

  /**
   * Every write is synced. LevelDB begins a new journal now and then, and a sync reaches only the newest one: changes
   * that were written without could be lost behind the back of a later sync.
   */
  batch(): KeyValueBatch {
    const batch = this.database.batch()
    return {
      put: (key, value) => void batch.put(key, value),
      remove: key => void batch.del(key),
      write: () => this.during('write', batch.write({ sync: true })),
    }
  }

  read({ from, until }: KeyRange, { countMax, bytesMax }: ReadLimits): Promise<readonly KeyValue[]> {
    return this.during('read', this.readPairs({ gte: from, lt: until, limit: countMax }, bytesMax))
  }

  removeRange({ from, until }: KeyRange): Promise<void> {
    return this.during('write', this.database.clear({ gte: from, lt: until }))
  }

  close(): Promise<void> {
    return this.during('close', this.database.close())
  }

  private async readPairs(
    range: { readonly gte: Buffer; readonly lt: Buffer; readonly limit: number },
    bytesMax: number,
  ): Promise<readonly KeyValue[]> {
    const pairs: KeyValue[] = []
    const iterator = this.database.iterator(range)
    try {
      for (let bytes = 0; bytes < bytesMax;) {
        const more = await iterator.nextv(PAIRS_AT_ONCE)
        if (more.length === 0) break
        for (const [key, value] of more) {
          pairs.push({ key, value })
          bytes += value.length
        }
      }
    } finally {
      await iterator.close()
    }
    return pairs
  }

  private async during<T>(what: string, work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (cause) {
      throw new StorageError(`cannot ${what} ${this.folder}: ${messageOf(cause)}`, { cause })
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
