import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import type { RecordToDispatch } from '../commit-log/check-record'
import { RecordKeys } from '../index-file/record-keys'
import { IndexCursor } from './index-cursor'
import type { ListStoredFilesDeps } from './list-stored-files'
import { StoredFile } from './stored-file'
import type { IndexFileReport } from './store-report'

export interface MatchIndexOptions {
  readonly folder: string
  readonly logStartOffset: number
  /** False while the store is open or after a crash: its last file is unfinished, and a start makes it again. */
  readonly isLastFileFinished: boolean
  /** As `maxHashSlotNum` of the broker; null: a quarter of the entries. */
  readonly slotCount: number | null
  /** False to look at the headers only. */
  readonly isThorough: boolean
}

/** Holds index files and log together in one pass: entries come in the order of the log. */
export class IndexMatch {
  readonly reports: readonly IndexFileReport[]
  /** Those that are still to be gone through. */
  private readonly cursors: IndexCursor[]
  private readonly keys = new RecordKeys()

  constructor(
    private readonly options: MatchIndexOptions,
    private readonly deps: ListStoredFilesDeps,
  ) {
    const cursors = this.open()
    this.reports = cursors.map(reportOf)
    const finished = options.isLastFileFinished ? cursors : cursors.slice(0, -1)
    const sound = finished.filter(cursor => this.isSound(cursor))
    this.cursors = options.isThorough ? sound : []
  }

  /** To be told of every record in the order of the log. */
  meet({ physicalOffset, storeTimestamp }: RecordToDispatch, bytes: Buffer): void {
    const first = this.current()
    if (first === null || (first.entry.physicalOffset > physicalOffset && !first.covers(physicalOffset))) return
    if (!this.keys.read(bytes, 0, physicalOffset)) return
    let foundCount = 0
    for (let cursor = this.current(); cursor !== null; cursor = this.current()) {
      if (cursor.entry.physicalOffset > physicalOffset) break
      if (cursor.entry.physicalOffset < physicalOffset) this.nowhere(cursor)
      else {
        foundCount += 1
        this.compare(cursor, storeTimestamp)
      }
      this.advance(cursor)
    }
    const isCovered = this.cursors[0]?.covers(physicalOffset) === true
    if (isCovered && foundCount === 0 && this.keys.keyCount > 0) {
      this.deps.problems.add(
        'index',
        () => `the record at ${physicalOffset} of the log has keys, and no index has them`,
      )
    }
  }

  /** To be called at the end of the log. */
  finish(): void {
    for (let cursor = this.current(); cursor !== null; cursor = this.current()) {
      this.nowhere(cursor)
      this.advance(cursor)
    }
  }

  /** The file at whose next entry the log has not been yet, with that entry at hand. */
  private current(): IndexCursor | null {
    try {
      for (let cursor = this.cursors[0]; cursor !== undefined; cursor = this.cursors[0]) {
        if (cursor.load()) return cursor
        this.close(cursor)
        this.cursors.shift()
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.deps.problems.add('file', () => error.message)
      this.cursors.length = 0
    }
    return null
  }

  private advance(cursor: IndexCursor): void {
    const { entryNumber } = cursor
    if (!cursor.advance()) {
      this.deps.problems.add('index', () => `${cursor.file.path}: entry ${entryNumber} breaks the chain of its slot`)
    }
  }

  private compare(cursor: IndexCursor, storeTimestamp: number): void {
    const { file, entryNumber, entry, header } = cursor
    if (!this.keys.has(entry.keyHash)) {
      const what = `entry ${entryNumber} has a key that the record at ${entry.physicalOffset} has not`
      this.deps.problems.add('index', () => `${file.path}: ${what}`)
    } else if (entry.secondsAfter !== secondsBetween(header.beginTimestamp, storeTimestamp)) {
      this.deps.problems.add('index', () => `${file.path}: entry ${entryNumber} has another time than its record`)
    }
  }

  private nowhere({ file, entryNumber, entry }: IndexCursor): void {
    const { physicalOffset } = entry
    if (physicalOffset >= 0 && physicalOffset < this.options.logStartOffset) return // deleted with its file
    this.deps.problems.add(
      'index',
      () => `${file.path}: entry ${entryNumber} points at ${physicalOffset}, where no record begins`,
    )
  }

  private close(cursor: IndexCursor): void {
    const count = cursor.wrongSlotCount()
    if (count > 0) {
      this.deps.problems.add('index', () => `${cursor.file.path}: ${count} slots do not lead to their newest entry`)
    }
  }

  private open(): readonly IndexCursor[] {
    const { folder } = this.options
    const { disk, openFiles, problems } = this.deps
    const cursors: IndexCursor[] = []
    try {
      for (const name of disk.isFolder(folder) ? disk.list(folder) : []) {
        const filePath = path.join(folder, name)
        const sizeBytes = disk.sizeBytes(filePath) ?? 0
        // Java passes over names that are no times, and so do we; an empty file is one that was just being made.
        if (!/^\d+$/.test(name) || sizeBytes === 0 || disk.isFolder(filePath)) continue
        const file = new StoredFile({ path: filePath, startOffset: 0, sizeBytes }, disk, openFiles)
        cursors.push(new IndexCursor(file, this.options.slotCount))
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      problems.add('file', () => error.message)
    }
    return cursors
  }

  private isSound({ file, fault }: IndexCursor): boolean {
    if (fault !== null) this.deps.problems.add('index', () => `${file.path} is no index file: ${fault}`)
    return fault === null
  }
}

function reportOf({ file, header }: IndexCursor): IndexFileReport {
  return {
    path: file.path,
    sizeBytes: file.sizeBytes,
    entryCount: header.nextEntry - 1,
    usedSlotCount: header.usedSlotCount,
    beginTimestamp: header.beginTimestamp,
    endTimestamp: header.endTimestamp,
    beginPhysicalOffset: header.beginPhysicalOffset,
    endPhysicalOffset: header.endPhysicalOffset,
  }
}

/** Whole seconds, as an entry has them. */
function secondsBetween(beginTimestamp: number, storeTimestamp: number): number {
  if (beginTimestamp <= 0) return 0
  return Math.min(Math.max(0, Math.trunc((storeTimestamp - beginTimestamp) / 1000)), 0x7fff_ffff)
}
