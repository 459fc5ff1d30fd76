import * as path from 'node:path'
import type { Disk, Log } from '@rocketmq-ts/base'
import { RocksDbTableError } from './rocks-db-table-error'
import type { TableKeeper, TableKeeperKind } from './table-keeper'
import { TwoTablesError } from './two-tables-error'

export interface TableTakeOverDeps {
  readonly disk: Pick<Disk, 'exists' | 'makeFolder' | 'remove' | 'rename' | 'syncFolder'>
  readonly log: Log
  /** Where Java's RocksDB would have the table. */
  readonly rocksDbFolders: readonly string[]
  readonly json: TableKeeper
  /** Keeps the table in the database of a folder. */
  readonly kvIn: (folder: string) => TableKeeper
}

/**
 * One of the two has a table: the JSON file (or its `.bak`) if it is there, else the database. One step in the folder
 * gives it to the other, when the other has all of it: the file goes, or it comes. While it is under way the database
 * has another name, so that it is known which of the two is left over, and Java finds no file that is too old.
 *
 *   topics.json                     the file has the table
 *   topics.json  topics.kv.moving   the file has it; what the database has is not all, or no longer needed
 *                topics.kv.moving   the database has it
 *                topics.kv          the database has it
 *   topics.json  topics.kv          TwoTablesError
 */
export class TableTakeOver {
  private readonly folder: string
  private readonly moving: string

  constructor(
    private readonly jsonPath: string,
    private readonly kvPath: string,
    private readonly deps: TableTakeOverDeps,
  ) {
    this.folder = path.dirname(jsonPath)
    this.moving = `${kvPath}.moving`
  }

  /** Leaves the table to `to`. Rejects with TwoTablesError, RocksDbTableError, CorruptDataError, StorageError. */
  async run(to: TableKeeperKind): Promise<void> {
    const { disk } = this.deps
    disk.makeFolder(this.folder)
    // A process that died may have left names without a sync. What is acted upon now must not turn out otherwise.
    disk.syncFolder(this.folder)
    const isKvThere = disk.exists(this.kvPath)
    if (this.isJsonThere && isKvThere) throw new TwoTablesError(this.jsonPath, this.kvPath)
    if (!this.isJsonThere && !isKvThere && !disk.exists(this.moving)) this.refuseRocksDb()
    if (to === 'kv') await this.leaveToKv()
    else await this.leaveToJson()
  }

  private refuseRocksDb(): void {
    for (const folder of this.deps.rocksDbFolders) {
      if (this.deps.disk.exists(path.join(folder, 'CURRENT'))) throw new RocksDbTableError(this.jsonPath, folder)
    }
  }

  private async leaveToKv(): Promise<void> {
    const { disk } = this.deps
    if (this.isJsonThere) await this.jsonToMoving()
    if (disk.exists(this.moving)) this.rename(this.moving, this.kvPath)
  }

  private async jsonToMoving(): Promise<void> {
    const { disk, json } = this.deps
    disk.remove(this.moving)
    await this.copy(json, this.deps.kvIn(this.moving))
    disk.syncFolder(this.moving)
    disk.syncFolder(this.folder)
    // One after the other: what is left after a loss of power must not be the older one alone.
    for (const left of [this.backupPath, this.jsonPath]) {
      disk.remove(left)
      disk.syncFolder(this.folder)
    }
  }

  private async leaveToJson(): Promise<void> {
    const { disk, json, kvIn } = this.deps
    if (disk.exists(this.kvPath)) this.rename(this.kvPath, this.moving)
    if (!disk.exists(this.moving)) return
    if (!this.isJsonThere) await this.copy(kvIn(this.moving), json)
    disk.remove(this.moving)
  }

  /** Both keepers are of the same table: what one loads, the other saves. */
  private async copy(from: TableKeeper, to: TableKeeper): Promise<void> {
    const { log } = this.deps
    log.info({ from: from.path, to: to.path }, 'the table was kept elsewhere, it is brought over')
    await from.load()
    try {
      await to.load()
      await to.save()
    } finally {
      await to.close()
      await from.close()
    }
  }

  private get isJsonThere(): boolean {
    return this.deps.disk.exists(this.jsonPath) || this.deps.disk.exists(this.backupPath)
  }

  private get backupPath(): string {
    return `${this.jsonPath}.bak`
  }

  private rename(from: string, to: string): void {
    this.deps.disk.rename(from, to)
    this.deps.disk.syncFolder(this.folder)
  }
}
