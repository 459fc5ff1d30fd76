import type { KeptTable } from '@rocketmq-ts/store'

/** A table as a database would have it that is told of changes only. */
export class KeptMirror {
  readonly entries = new Map<string, string>()

  constructor(private readonly table: KeptTable) {
    this.read(table.keys())
    table.takeChangedKeys()
  }

  /** Takes what changed. Afterwards it must have what the table has, entry for entry. */
  check(): void {
    this.read(this.table.takeChangedKeys())
    const all = [...this.table.keys()].map(key => [key, this.table.encodeEntry(key)] as const)
    expect([...this.entries].sort()).toEqual(all.sort())
  }

  /** Gives a table that has nothing yet what the mirror has. */
  restore(table: KeptTable): void {
    for (const [key, text] of this.entries) table.restoreEntry(key, text)
    table.restoreVersion(this.table.dataVersion)
  }

  private read(keys: Iterable<string>): void {
    for (const key of keys) {
      const text = this.table.encodeEntry(key)
      if (text === null) this.entries.delete(key)
      else this.entries.set(key, text)
    }
  }
}
