import { CorruptDataError } from '@rocketmq-ts/base'
import { ByteCursor } from './byte-cursor'
import { userKeyOf } from './level-entry'

/* What a record of the manifest says, by its tags. Source: LevelDB, db/version_edit.cc */
const COMPARATOR = 1
const LOG_NUMBER = 2
const NEXT_FILE = 3
const LAST_SEQUENCE = 4
const COMPACT_POINTER = 5
const DELETED_FILE = 6
const NEW_FILE = 7
const PREVIOUS_LOG_NUMBER = 9

/** A file of sorted entries, and the keys that it begins and ends with. */
export interface TablePlace {
  readonly number: number
  readonly level: number
  readonly firstKey: Buffer
  readonly lastKey: Buffer
}

/** Which files make up a database. */
export class DatabaseVersion {
  /** Journals before it are in tables. */
  logNumber = 0
  /** One more journal, of old versions of LevelDB. */
  previousLogNumber = 0
  /** By level and number. */
  private readonly places = new Map<string, TablePlace>()

  /** Throws CorruptDataError. */
  apply(edit: Buffer): void {
    const cursor = new ByteCursor(edit)
    while (!cursor.isAtEnd) this.applyField(cursor.varint(), cursor)
  }

  /** Those of a level from 1 on do not overlap. */
  tables(): readonly TablePlace[] {
    return [...this.places.values()]
  }

  private applyField(tag: number, cursor: ByteCursor): void {
    if (tag === COMPARATOR) cursor.takeCounted()
    else if (tag === LOG_NUMBER) this.logNumber = cursor.varint()
    else if (tag === PREVIOUS_LOG_NUMBER) this.previousLogNumber = cursor.varint()
    else if (tag === NEXT_FILE || tag === LAST_SEQUENCE) cursor.varint()
    else if (tag === COMPACT_POINTER) {
      cursor.varint()
      cursor.takeCounted()
    } else if (tag === DELETED_FILE) this.places.delete(`${cursor.varint()}/${cursor.varint()}`)
    else if (tag === NEW_FILE) this.add(cursor)
    else throw new CorruptDataError(`the manifest says something unknown (${tag})`)
  }

  private add(cursor: ByteCursor): void {
    const level = cursor.varint()
    const number = cursor.varint()
    cursor.varint() // its size
    const firstKey = userKeyOf(cursor.takeCounted())
    const lastKey = userKeyOf(cursor.takeCounted())
    this.places.set(`${level}/${number}`, { level, number, firstKey, lastKey })
  }
}
