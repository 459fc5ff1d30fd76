import type { DataVersion } from '@rocketmq-ts/protocol'
import type { KeptTable } from '../../src/tables/kept-table'

export type Notes = ReadonlyMap<string, string>

/** A table of the simplest kind: a text for each key. It is born with a note, as a broker is with its own topics. */
export class NoteTable implements KeptTable {
  readonly name = 'notes'
  readonly rocksDbFolder = 'rocksdbNotes'
  dataVersion: DataVersion = { counter: 0, stateVersion: 0, timestamp: 7 }
  readonly notes = new Map([['born', 'with it']])
  private changedKeys = new Set<string>()

  /** A null deletes. */
  put(key: string, note: string | null): void {
    if (note === null) this.notes.delete(key)
    else this.notes.set(key, note)
    this.changedKeys.add(key)
    this.bumpVersion()
  }

  bumpVersion(): void {
    this.dataVersion = { ...this.dataVersion, counter: this.dataVersion.counter + 1 }
  }

  keys(): Iterable<string> {
    return this.notes.keys()
  }

  takeChangedKeys(): Iterable<string> {
    const keys = this.changedKeys
    this.changedKeys = new Set()
    return keys
  }

  encode(): string {
    return JSON.stringify({ dataVersion: this.dataVersion, notes: [...this.notes] })
  }

  restore(text: string): void {
    const { dataVersion, notes } = JSON.parse(text) as { dataVersion: DataVersion; notes: [string, string][] }
    for (const [key, note] of notes) this.notes.set(key, note)
    this.dataVersion = dataVersion
  }

  encodeEntry(key: string): string | null {
    const note = this.notes.get(key)
    return note === undefined ? null : JSON.stringify(note)
  }

  restoreEntry(key: string, text: string): void {
    this.notes.set(key, JSON.parse(text) as string)
  }

  restoreVersion(dataVersion: DataVersion): void {
    this.dataVersion = dataVersion
  }
}

/** What is in a table, in an order that does not depend on its history. */
export function contentOf({ dataVersion, notes }: NoteTable): unknown {
  return { counter: dataVersion.counter, notes: [...notes].sort() }
}
