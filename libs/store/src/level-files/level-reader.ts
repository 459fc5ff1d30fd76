import { StorageError } from '@rocketmq-ts/base'
import type { KeyRange, KeyValue } from '../key-value/key-value-database'
import { firstFrom } from './first-from'
import type { LevelEntry } from './level-entry'
import { readManifest, readSnapshot } from './level-snapshot'
import type { LevelFolder, LevelSnapshot } from './level-snapshot'
import { SortedTable } from './sorted-table'

/** How often it is looked again, while a database that is in use changes which files it has. */
const LOOK_COUNT_MAX = 20
/** Tables whose index is in memory: some 20 KiB each. */
const INDEX_COUNT_MAX = 512

/** Gives entries in the order of their keys. */
type Source = (from: Buffer) => Iterator<LevelEntry, undefined>

/**
 * Reads the files of a LevelDB without LevelDB, which writes to a folder that it opens, and takes its lock. A database
 * may be in use meanwhile: where files that it consisted of are gone, the reader goes on with those it consists of now.
 */
export class LevelReader {
  private snapshot: LevelSnapshot
  private sources: readonly Source[]
  private readonly indexed = new Set<SortedTable>()

  /** Throws StorageError; CorruptDataError if the folder does not say what belongs to the database, or lacks some of it. */
  constructor(private readonly folder: LevelFolder) {
    this.snapshot = this.look()
    this.sources = this.sourcesOf(this.snapshot)
  }

  /** What is wrong with the journals that LevelDB would pass over. */
  get journalState(): Pick<LevelSnapshot, 'damages' | 'tears'> {
    return this.snapshot
  }

  /** The pairs of a range in the order of their keys. Throws StorageError; CorruptDataError for a damaged file. */
  *pairs({ from, until }: KeyRange): IterableIterator<KeyValue> {
    let last = null as Buffer | null
    let entries = this.entriesFrom(from)
    for (;;) {
      const entry = this.next(entries)
      if (entry === 'files have changed') {
        entries = this.entriesFrom(last ?? from)
        continue
      }
      if (entry === undefined || entry.key.compare(until) >= 0) return
      if (last?.equals(entry.key) === true) continue
      last = entry.key
      if (entry.value !== null) yield { key: entry.key, value: entry.value }
    }
  }

  private next(entries: Iterator<LevelEntry, undefined>): LevelEntry | undefined | 'files have changed' {
    try {
      return entries.next().value
    } catch (error) {
      if (!(error instanceof StorageError) || this.isCurrent(this.snapshot)) throw error
      this.snapshot = this.look()
      this.sources = this.sourcesOf(this.snapshot)
      return 'files have changed'
    }
  }

  /** One that still holds when it was read. */
  private look(): LevelSnapshot {
    for (let count = 1; ; count += 1) {
      try {
        const snapshot = readSnapshot(this.folder)
        if (count === LOOK_COUNT_MAX || this.isCurrent(snapshot)) return snapshot
      } catch (error) {
        if (!(error instanceof StorageError) || count === LOOK_COUNT_MAX) throw error
      }
    }
  }

  private isCurrent(snapshot: LevelSnapshot): boolean {
    const manifest = readManifest(this.folder)
    return manifest.every((bytes, index) => bytes.equals(snapshot.manifest[index] as Buffer))
  }

  /** Of all files: by their keys, and of one key the newest first. */
  private *entriesFrom(from: Buffer): Generator<LevelEntry, undefined> {
    const heads = this.sources.map(source => {
      const rest = source(from)
      return { rest, head: rest.next().value }
    })
    for (;;) {
      let first = heads[0]
      for (const each of heads) if (isBefore(each.head, first?.head)) first = each
      if (first?.head === undefined) return
      yield first.head
      first.head = first.rest.next().value
    }
  }

  private sourcesOf({ journal, tables }: LevelSnapshot): readonly Source[] {
    const withTables = tables.map(place => ({ ...place, table: new SortedTable(place.file) }))
    const levels = [...new Set(tables.map(({ level }) => level))].filter(level => level > 0)
    const newest = [...journal].sort(compareEntries)
    return [
      from => newest.slice(firstFrom(newest, from, ({ key }) => key)).values() as Iterator<LevelEntry, undefined>,
      ...withTables
        .filter(({ level }) => level === 0)
        .map(
          ({ table }): Source =>
            from =>
              this.entriesOf(table, from),
        ),
      ...levels.map(level => {
        const inOrder = withTables
          .filter(table => table.level === level)
          .sort((left, right) => left.firstKey.compare(right.firstKey))
        return (from: Buffer) => this.entriesOfLevel(inOrder, from)
      }),
    ]
  }

  /** Tables that do not overlap. */
  private *entriesOfLevel(
    tables: readonly { readonly table: SortedTable; readonly lastKey: Buffer }[],
    from: Buffer,
  ): Generator<LevelEntry, undefined> {
    for (let index = firstFrom(tables, from, ({ lastKey }) => lastKey); index < tables.length; index += 1) {
      yield* this.entriesOf((tables[index] as (typeof tables)[number]).table, from)
    }
  }

  /** Bounds how many tables have their index in memory. */
  private entriesOf(table: SortedTable, from: Buffer): Iterator<LevelEntry, undefined> & Iterable<LevelEntry> {
    this.indexed.delete(table)
    this.indexed.add(table)
    const [oldest] = this.indexed
    if (this.indexed.size > INDEX_COUNT_MAX && oldest !== undefined) {
      oldest.forgetIndex()
      this.indexed.delete(oldest)
    }
    return table.entriesFrom(from)
  }
}

function isBefore(left: LevelEntry | undefined, right: LevelEntry | undefined): boolean {
  return left !== undefined && (right === undefined || compareEntries(left, right) < 0)
}

function compareEntries(left: LevelEntry, right: LevelEntry): number {
  return left.key.compare(right.key) || right.sequence - left.sequence
}
