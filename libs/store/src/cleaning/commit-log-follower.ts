/** Something that points into the CommitLog: when files of the log go, what points into them goes too. */
export interface CommitLogFollower {
  /** The log begins at `minPhysicalOffset` now. Throws StorageError; it is called again later. */
  deleteExpired(minPhysicalOffset: number): void | Promise<void>
}
