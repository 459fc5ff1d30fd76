/** What keeps the tables, by `configManagerVersion`. */
export type TableKeeperKind = 'json' | 'kv'

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
