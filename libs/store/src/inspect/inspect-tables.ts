import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import { FastJsonError, parseFastJson } from '@rocketmq-ts/protocol'
import { EntrySums } from '../tables/entry-sums'
import { decodeTableHead } from '../tables/table-head'
import type { TableHead } from '../tables/table-head'
import { ALL_ENTRIES, HEAD_KEY, nameOfKey } from '../tables/table-keys'
import type { LevelReader } from '../level-files/level-reader'
import type { ListStoredFilesDeps } from './list-stored-files'
import { openForLooking } from './open-kv-queues'
import type { TableReport } from './store-report'

const PROGRESS_ENTRY_COUNT = 4096
const DATABASE = '.kv'

export interface InspectTablesDeps extends ListStoredFilesDeps {
  /** Called every now and then. */
  readonly onProgress: (doneCount: number) => void
  /** Told of every entry that can be read. */
  readonly onEntry: (table: string, name: string, value: object) => void
}

/** The tables that `configManagerVersion=kv` keeps in databases, `topics.kv` beside where `topics.json` would be. */
export function inspectTables(folder: string, deps: InspectTablesDeps): readonly TableReport[] {
  const { disk, problems } = deps
  if (!disk.isFolder(folder)) return []
  const names = disk.list(folder).filter(name => name.endsWith(DATABASE) && disk.isFolder(path.join(folder, name)))
  return names.map(name => {
    const json = path.join(folder, `${name.slice(0, -DATABASE.length)}.json`)
    if (disk.exists(json) || disk.exists(`${json}.bak`)) {
      problems.add('config', () => `${json} and ${name} both have the table: a broker does not start with them`)
    }
    return inspectTable(path.join(folder, name), deps)
  })
}

function inspectTable(file: string, deps: InspectTablesDeps): TableReport {
  const { problems } = deps
  const name = path.basename(file)
  const sums = new EntrySums()
  const reader = openForLooking(file, deps)
  if (reader === null) return { name, state: 'damaged', entryCount: 0 }
  const badBefore = problems.totalCount
  try {
    readEntries(reader, { file, sums, deps })
    const head = headOf(reader)
    if (sums.count !== (head?.entryCount ?? 0) || sums.sum !== (head?.entrySum ?? 0)) {
      problems.add('config', () => `${file} has ${sums.count} entries, which are not those that were written to it`)
    }
  } catch (error) {
    if (!(error instanceof StorageError) && !(error instanceof FastJsonError)) throw error
    problems.add('config', () => `${file} cannot be read: ${error.message}`)
  }
  return { name, state: problems.totalCount === badBefore ? 'good' : 'damaged', entryCount: sums.count }
}

interface TableToRead {
  readonly file: string
  readonly sums: EntrySums
  readonly deps: InspectTablesDeps
}

function readEntries(reader: LevelReader, { file, sums, deps }: TableToRead): void {
  const table = path.basename(file, DATABASE)
  for (const { key, value } of reader.pairs(ALL_ENTRIES)) {
    const name = nameOfKey(key)
    sums.put(name, value)
    const content = objectIn(value.toString())
    if (content === null) deps.problems.add('config', () => `${file}: what it says of ${name} cannot be read`)
    else deps.onEntry(table, name, content)
    if (sums.count % PROGRESS_ENTRY_COUNT === 0) deps.onProgress(sums.count)
  }
}

function headOf(reader: LevelReader): TableHead | null {
  const until = Buffer.concat([HEAD_KEY, Buffer.alloc(1)])
  const [pair] = reader.pairs({ from: HEAD_KEY, until })
  return pair === undefined ? null : decodeTableHead(pair.value)
}

function objectIn(text: string): object | null {
  try {
    const content = parseFastJson(text)
    return typeof content === 'object' ? content : null
  } catch (error) {
    if (error instanceof FastJsonError) return null
    throw error
  }
}
