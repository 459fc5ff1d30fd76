import * as path from 'node:path'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import type { OpenKeyValueDatabase } from '../key-value/key-value-database'
import { openLevelDatabase } from '../key-value/level-database'
import { JsonTableKeeper } from './json-table-keeper'
import type { KeptTable } from './kept-table'
import { KvTableKeeper } from './kv-table-keeper'
import type { TableKeeper, TableKeeperKind } from './table-keeper'
import { TableTakeOver } from './table-take-over'

/** Of tables of all kinds: with `useSingleRocksDBForAllConfigs`, with `configManagerVersion=v2`. */
const ROCKSDB_FOLDERS_OF_ALL = ['metadata', 'rdb']

export interface TableKeeperDeps {
  readonly clock: Pick<Clock, 'endOfTurn'>
  readonly disk: Disk
  readonly log: Log
  /** By default LevelDB. */
  readonly openDatabase?: OpenKeyValueDatabase
}

/** Keeps a table in its JSON file in `folder`, or in a database beside it; `load` brings it over from the other one. */
export function createTableKeeper(
  kind: TableKeeperKind,
  folder: string,
  table: KeptTable,
  { clock, disk, log, openDatabase = openLevelDatabase }: TableKeeperDeps,
): TableKeeper {
  const jsonPath = path.join(folder, `${table.fileName ?? table.name}.json`)
  const kvPath = path.join(folder, `${table.name}.kv`)
  const json = new JsonTableKeeper(table, jsonPath, { disk, log })
  const kvIn = (kvFolder: string): TableKeeper => new KvTableKeeper(table, kvFolder, { clock, disk, log, openDatabase })
  const rocksDbFolders = [table.rocksDbFolder, ...ROCKSDB_FOLDERS_OF_ALL].map(each => path.join(folder, each))
  const takeOver = new TableTakeOver(jsonPath, kvPath, { disk, log, json, kvIn, rocksDbFolders })
  const keeper = kind === 'kv' ? kvIn(kvPath) : json
  return {
    path: keeper.path,
    load: async () => {
      await takeOver.run(kind)
      await keeper.load()
    },
    save: () => keeper.save(),
    close: () => keeper.close(),
  }
}
