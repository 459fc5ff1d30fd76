import * as path from 'node:path'
import { CorruptDataError } from '@rocketmq-ts/base'
import { journalRecords } from './journal-records'
import { entriesOfBatch } from './level-entry'
import type { LevelEntry } from './level-entry'
import type { RandomAccessFile } from './sorted-table'
import { DatabaseVersion } from './version-edits'
import type { TablePlace } from './version-edits'

/** A journal is as long as what LevelDB keeps in memory, and a batch more; the manifest is made anew with every start. */
const JOURNAL_BYTES_MAX = 256 * 1024 ** 2

/** A folder of LevelDB, for reading. */
export interface LevelFolder {
  readonly path: string
  /** The names in the folder. */
  readonly list: () => readonly string[]
  /** Throws StorageError. */
  readonly open: (name: string) => RandomAccessFile
}

/** What a database consisted of at one time. */
export interface LevelSnapshot {
  /** The name of the manifest, and all of it. */
  readonly manifest: readonly [Buffer, Buffer]
  readonly tables: readonly (TablePlace & { readonly file: RandomAccessFile })[]
  /** What is in no table yet. */
  readonly journal: readonly LevelEntry[]
  /** Where journals are damaged: LevelDB would pass over it, and what follows in the same block. */
  readonly damages: readonly string[]
  /** Which files end within a record: after a crash nobody was told of what it says. */
  readonly tears: readonly string[]
}

/** Throws StorageError; CorruptDataError if the folder does not say what belongs to the database, or lacks some of it. */
export function readSnapshot(folder: LevelFolder): LevelSnapshot {
  const manifest = readManifest(folder)
  const manifestName = path.join(folder.path, manifest[0].toString().trim())
  const { version, tears } = versionOf(manifest[1], manifestName)
  const names = new Set(folder.list())
  const tables = version.tables().map(place => ({ ...place, file: folder.open(tableName(place, names, folder.path)) }))
  const journals = readJournals(version, names, folder)
  return { manifest, tables, ...journals, tears: [...tears, ...journals.tears] }
}

/** Throws StorageError. */
export function readManifest(folder: LevelFolder): readonly [Buffer, Buffer] {
  const current = wholeFile(folder, 'CURRENT')
  const name = /^(MANIFEST-\d+)\n$/.exec(current.toString())?.[1]
  if (name === undefined) throw new CorruptDataError(`${path.join(folder.path, 'CURRENT')} names no manifest`)
  return [current, wholeFile(folder, name)]
}

function versionOf(
  manifest: Buffer,
  name: string,
): { readonly version: DatabaseVersion; readonly tears: readonly string[] } {
  const version = new DatabaseVersion()
  const { records, damage, tornAt } = journalRecords(manifest)
  if (damage !== null) throw new CorruptDataError(`${name} is damaged at ${damage.at}: ${damage.reason}`)
  decoding(name, () => {
    for (const edit of records) version.apply(edit)
  })
  return { version, tears: tornAt === null ? [] : [tearText(name, tornAt)] }
}

function readJournals(
  { logNumber, previousLogNumber }: DatabaseVersion,
  names: Iterable<string>,
  folder: LevelFolder,
): Pick<LevelSnapshot, 'journal' | 'damages' | 'tears'> {
  const damages: string[] = []
  const tears: string[] = []
  const journal = [...names].flatMap(name => {
    const number = /^\d+\.log$/.test(name) ? Number.parseInt(name, 10) : -1
    if (number < 0 || (number < logNumber && number !== previousLogNumber)) return []
    const file = path.join(folder.path, name)
    const { records, damage, tornAt } = journalRecords(wholeFile(folder, name))
    if (tornAt !== null) tears.push(tearText(file, tornAt))
    if (damage !== null) damages.push(`${file} is damaged at ${damage.at}: ${damage.reason}`)
    return decoding(file, () => records.flatMap(record => entriesOfBatch(record)))
  })
  return { journal, damages, tears }
}

function tearText(file: string, at: number): string {
  return `${file} ends within what begins at ${at}`
}

function decoding<T>(name: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error
    throw new CorruptDataError(`${name} is damaged: ${error.message}`)
  }
}

function tableName({ number }: TablePlace, names: ReadonlySet<string>, folder: string): string {
  const stem = String(number).padStart(6, '0')
  const name = [`${stem}.ldb`, `${stem}.sst`].find(each => names.has(each))
  if (name === undefined) throw new CorruptDataError(`${folder} lacks ${stem}.ldb, a part of the database`)
  return name
}

function wholeFile({ open }: LevelFolder, name: string): Buffer {
  const file = open(name)
  if (file.sizeBytes > JOURNAL_BYTES_MAX) {
    throw new CorruptDataError(`${file.path} has ${file.sizeBytes} bytes: too many for what it is called`)
  }
  const bytes = Buffer.alloc(file.sizeBytes)
  return bytes.subarray(0, file.read(bytes, bytes.length, 0))
}
