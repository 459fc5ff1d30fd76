import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import type * as classicLevel from 'classic-level'
import { journalDamages } from '../level-files/journal-damages'
import type {
  KeyRange,
  KeyValue,
  KeyValueBatch,
  KeyValueDatabase,
  KeyValueDatabaseOptions,
  ReadLimits,
} from './key-value-database'

const PAIRS_AT_ONCE = 64
/** Of a batch: a few ms of handing over, before others get their turn. */
const CHANGES_AT_ONCE = 500

type Level = classicLevel.ClassicLevel<Buffer, Buffer>

/** LevelDB. The newest changes are in a buffer of half of `memoryBytes`, twice while one goes to a file. */
export async function openLevelDatabase(folder: string, options: KeyValueDatabaseOptions): Promise<KeyValueDatabase> {
  const { disk, memoryBytes, onChangesLost, whenDamaged } = options
  // Loaded when it is needed: who has the default engine never owes the addon.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { ClassicLevel } = require('classic-level') as typeof classicLevel
  for (const damage of journalDamages(folder, disk)) onChangesLost(damage)
  const encodings = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const
  const sizes = { writeBufferSize: memoryBytes / 2, cacheSize: memoryBytes }
  const database: Level = new ClassicLevel(folder, { ...encodings, ...sizes })
  try {
    await database.open()
  } catch (cause) {
    const reason = messageOf((cause as Error).cause ?? cause)
    throw new StorageError(`cannot open ${folder}: ${reason}. If it is damaged, ${whenDamaged}`, { cause })
  }
  return new LevelDatabase(folder, database, options)
}

type Change =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer }

class LevelDatabase implements KeyValueDatabase {
  /** A write failed. The journal may end in a torn change, behind which LevelDB's next start would find nothing. */
  private hasFailed = false

  constructor(
    private readonly folder: string,
    private readonly database: Level,
    private readonly options: Pick<KeyValueDatabaseOptions, 'clock' | 'disk' | 'memoryBytes'>,
  ) {}

  /**
   * Every write is synced. LevelDB begins a new journal now and then, and a sync reaches only the newest one: changes
   * that were written without could be lost behind the back of a later sync.
   */
  batch(): KeyValueBatch {
    const changes: Change[] = []
    return {
      put: (key, value) => void changes.push({ type: 'put', key: Buffer.from(key), value: Buffer.from(value) }),
      remove: key => void changes.push({ type: 'del', key: Buffer.from(key) }),
      write: () => this.change(() => this.write(changes)),
    }
  }

  read({ from, until }: KeyRange, { countMax, bytesMax }: ReadLimits): Promise<readonly KeyValue[]> {
    return this.during('read', this.readPairs({ gte: from, lt: until, limit: countMax }, bytesMax))
  }

  removeRange({ from, until }: KeyRange): Promise<void> {
    return this.change(() => this.database.clear({ gte: from, lt: until }))
  }

  close(): Promise<void> {
    return this.during('close', this.database.close())
  }

  /** Handing over a change takes longer than writing it: of many, a part in each turn. */
  private async write(changes: readonly Change[]): Promise<void> {
    if (changes.length <= CHANGES_AT_ONCE) return this.database.batch([...changes], { sync: true })
    const { clock } = this.options
    const batch = this.database.batch()
    for (const [index, change] of changes.entries()) {
      if (index % CHANGES_AT_ONCE === 0) await new Promise<void>(resolve => clock.endOfTurn(resolve))
      if (change.type === 'put') batch.put(change.key, change.value)
      else batch.del(change.key)
    }
    await batch.write({ sync: true })
  }

  private async change(make: () => Promise<void>): Promise<void> {
    if (this.hasFailed) await this.reopen()
    try {
      await this.during('write', make())
    } catch (error) {
      this.hasFailed = true
      throw error
    }
  }

  /** What was there can be read until there is room for what LevelDB writes when it opens. */
  private async reopen(): Promise<void> {
    const { disk, memoryBytes } = this.options
    const probe = path.join(this.folder, 'room')
    try {
      disk.writeText(probe, ' '.repeat(memoryBytes))
    } finally {
      disk.remove(probe)
      disk.remove(`${probe}.tmp`)
    }
    await this.during('close', this.database.close())
    await this.during('open', this.database.open())
    this.hasFailed = false
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
