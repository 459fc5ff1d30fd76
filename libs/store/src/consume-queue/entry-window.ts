/** Entries that were read from the disk, kept for the reads that follow. */
export interface EntryWindow {
  readonly bytes: Buffer
  /** Queue offset of the first entry in `bytes`. */
  readonly firstOffset: number
  readonly endOffset: number
}
