import type { Clock, Disk } from '@rocketmq-ts/base'

export interface KeyValue {
  readonly key: Buffer
  readonly value: Buffer
}

/** The keys from `from` on, and before `until`, in the order of their bytes. */
export interface KeyRange {
  readonly from: Buffer
  readonly until: Buffer
}

export interface ReadLimits {
  readonly countMax: number
  /** No more is read when the values have as many bytes. */
  readonly bytesMax: number
}

/** Changes that happen together or not at all. Keys and values are copied at once. */
export interface KeyValueBatch {
  put(key: Buffer, value: Buffer): void
  remove(key: Buffer): void
  /** Resolves when the changes would survive a loss of power. Rejects with StorageError. */
  write(): Promise<void>
}

/** An ordered key-value database in a folder. After a failed write what it had can be read, and a later write may succeed. */
export interface KeyValueDatabase {
  batch(): KeyValueBatch
  /** The first pairs of a range; one at least if there is one. Rejects with StorageError. */
  read(range: KeyRange, limits: ReadLimits): Promise<readonly KeyValue[]>
  /** A crash may undo it, or stop it half-way. Rejects with StorageError. */
  removeRange(range: KeyRange): Promise<void>
  close(): Promise<void>
}

export interface KeyValueDatabaseOptions {
  readonly clock: Pick<Clock, 'endOfTurn'>
  readonly disk: Pick<Disk, 'exists' | 'list' | 'openForReading' | 'remove' | 'sizeBytes' | 'writeText'>
  /** That the newest changes may take, and as much again for what was read. */
  readonly memoryBytes: number
  /** What to do about one that does not open, for the error. */
  readonly whenDamaged: string
  /** Told of changes that cannot be read any more: the database is as it was before them. What it throws, `open` rejects with. */
  readonly onChangesLost: (cause: string) => void
}

/**
 * Opens the database of a folder, or makes one. What it then has survives a loss of power, also what a process that died
 * had written and not synced. Rejects with StorageError.
 */
export type OpenKeyValueDatabase = (folder: string, options: KeyValueDatabaseOptions) => Promise<KeyValueDatabase>
