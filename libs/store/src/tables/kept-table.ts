import type { DataVersion } from '@rocketmq-ts/protocol'

/**
 * A table as its keeper sees it: whole, in the text of Java's file; or a version, and entries with a text each. What
 * restores comes before anything is changed here, and adds to what is there.
 */
export interface KeptTable {
  /** `topics` in `topics.json`. */
  readonly name: string
  /** Of Java's file, where its name is another. */
  readonly fileName?: string
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
