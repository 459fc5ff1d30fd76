import { CorruptDataError, SharedRuns, StorageError } from '@rocketmq-ts/base'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import { equalDataVersions } from '@rocketmq-ts/protocol'
import type { DataVersion } from '@rocketmq-ts/protocol'
import type { KeyValueBatch, KeyValueDatabase, OpenKeyValueDatabase } from '../key-value/key-value-database'
import { findValue, keyValuePairs } from '../key-value/key-value-pairs'
import { EntrySums } from './entry-sums'
import type { KeptTable } from './kept-table'
import type { TableKeeper } from './table-keeper'
import { decodeTableHead, encodeTableHead } from './table-head'
import { ALL_ENTRIES, HEAD_KEY, entryKey, nameOfKey } from './table-keys'

/** Of the database: it is read at the start only. */
const MEMORY_BYTES = 1024 ** 2

export interface KvTableKeeperDeps {
  readonly clock: Pick<Clock, 'endOfTurn'>
  readonly disk: Disk
  readonly log: Log
  readonly openDatabase: OpenKeyValueDatabase
}

/** Keeps a table in a key-value database of its own: a save writes what changed, as one batch. */
export class KvTableKeeper implements TableKeeper {
  private readonly saves = new SharedRuns(() => this.write())
  /** Changed, and not in the database for sure. */
  private readonly unsaved = new Set<string>()
  private savedVersion: DataVersion | null = null
  /** Of the entries as the next batch leaves them. */
  private sums = new EntrySums()
  private database: KeyValueDatabase | null = null
  private isOpen = false

  constructor(
    private readonly table: KeptTable,
    readonly path: string,
    private readonly deps: KvTableKeeperDeps,
  ) {}

  /** A database that was just made lacks all that the table has: the next save brings it. */
  async load(): Promise<void> {
    const { disk } = this.deps
    disk.makeFolder(this.path)
    const database = await this.openDatabase()
    try {
      disk.syncFolder(this.path) // LevelDB renames a file last, and leaves the name to the kernel.
      await this.restore(database)
    } catch (error) {
      await this.closeDatabase()
      throw error
    }
    this.isOpen = true
  }

  save(): Promise<void> {
    return this.saves.run()
  }

  async close(): Promise<void> {
    this.isOpen = false
    await this.saves.idle()
    await this.closeDatabase()
  }

  private async restore(database: KeyValueDatabase): Promise<void> {
    const { table, sums } = this
    for await (const { key, value } of keyValuePairs(database, ALL_ENTRIES)) {
      const name = nameOfKey(key)
      sums.put(name, value)
      this.decoding(() => table.restoreEntry(name, value.toString()))
    }
    const bytes = await findValue(database, HEAD_KEY)
    const head = bytes === null ? null : this.decoding(() => decodeTableHead(bytes))
    if (sums.count !== (head?.entryCount ?? 0) || sums.sum !== (head?.entrySum ?? 0)) throw this.corrupt()
    this.savedVersion = head?.dataVersion ?? null
    if (this.savedVersion !== null) table.restoreVersion(this.savedVersion)
    else for (const key of table.keys()) this.unsaved.add(key)
  }

  private async write(): Promise<void> {
    if (!this.hasChanged()) return
    if (!this.isOpen) throw new StorageError(`${this.path} is not open`)
    const database = await this.openDatabase()
    const { dataVersion } = this.table
    const batch = database.batch()
    this.stage(batch)
    await batch.write()
    this.unsaved.clear() // The table was not asked for changes meanwhile.
    this.savedVersion = dataVersion
  }

  private hasChanged(): boolean {
    const { savedVersion, table, unsaved } = this
    for (const key of table.takeChangedKeys()) unsaved.add(key)
    return unsaved.size > 0 || savedVersion === null || !equalDataVersions(savedVersion, table.dataVersion)
  }

  /** The head is true of what it is written with, also when a batch failed before and did or did not leave its changes. */
  private stage(batch: KeyValueBatch): void {
    const { table, sums, unsaved } = this
    for (const key of table.takeChangedKeys()) unsaved.add(key) // Opening may have taken its time.
    for (const key of unsaved) {
      const text = table.encodeEntry(key)
      if (text === null) {
        batch.remove(entryKey(key))
        sums.remove(key)
      } else {
        const value = Buffer.from(text)
        batch.put(entryKey(key), value)
        sums.put(key, value)
      }
    }
    const { dataVersion } = table
    batch.put(HEAD_KEY, encodeTableHead({ dataVersion, entryCount: sums.count, entrySum: sums.sum }))
  }

  private async openDatabase(): Promise<KeyValueDatabase> {
    const whenDamaged = this.whenDamaged()
    const { clock, disk, log } = this.deps
    const onChangesLost = (cause: string): void =>
      log.warn({ path: this.path, cause }, 'the last changes of a table cannot be read: it is what it was before them')
    const options = { clock, disk, memoryBytes: MEMORY_BYTES, whenDamaged, onChangesLost }
    return (this.database ??= await this.deps.openDatabase(this.path, options))
  }

  private async closeDatabase(): Promise<void> {
    const { database } = this
    this.database = null
    await database?.close()
  }

  private decoding<T>(decode: () => T): T {
    try {
      return decode()
    } catch (cause) {
      throw this.corrupt(cause)
    }
  }

  private corrupt(cause?: unknown): CorruptDataError {
    return new CorruptDataError(`${this.path} has not all that was written to it: ${this.whenDamaged()}`, { cause })
  }

  private whenDamaged(): string {
    return `bring back a copy of ${this.path}, or move it away to start without`
  }
}
