import type { DataVersion } from '@rocketmq-ts/protocol'

/**
 * A table as its keeper sees it: whole, in the text of Java's file; or a version, and entries with a text each. What
 * restores comes before anything is changed here, and adds to what is there.
 */
export interface KeptTable {
  /** `topics` in `topics.json`. */
  readonly name: string
  /** Where Java's `storeType=defaultRocksDB` would have it. */
  readonly rocksDbFolder: string
  readonly dataVersion: DataVersion
  keys(): Iterable<string>
  /** The keys of what was put, changed or deleted since this was last asked. */
  takeChangedKeys(): Iterable<string>

  encode(): string
  /** Throws if the text cannot be decoded. */
  restore(text: string): void

  /** The entry of `key`, or null if there is none. */
  encodeEntry(key: string): string | null
  /** Throws if the text cannot be decoded. */
  restoreEntry(key: string, text: string): void
  restoreVersion(dataVersion: DataVersion): void
}

/** Keeps a table on the disk. */
export interface TableKeeper {
  /** Where, for messages. */
  readonly path: string
  /** Gives the table what was kept of it. Rejects with CorruptDataError, StorageError; nothing is open then. */
  load(): Promise<void>
  /**
   * Resolves when what the table is now, or something newer, would survive a loss of power. A crash on the way leaves
   * what was kept before, or this. Rejects with StorageError; the next save tries again.
   */
  save(): Promise<void>
  /** Ends what is under way. No save after it, but of a table that did not change. */
  close(): Promise<void>
}
