import type { Component } from './lifecycle'

/**
 * An open file. Writes go to the operating system's page cache: they survive the death of this process at once and
 * the loss of power after `datasync`. Every method throws or rejects with StorageError, the cause attached.
 */
export interface DiskFile {
  readonly path: string
  /** Writes all of `bytes` at byte `at`. Synchronous: the page cache takes memory speed, and order needs no waiting. */
  write(bytes: Uint8Array, at: number): void
  /** Writes the parts one after the other from byte `at` on, in one call to the system where it can. */
  writev(parts: readonly Uint8Array[], at: number): void
  /** Reads up to `length` bytes from `at` into `into` at `intoAt`; returns how many there were. */
  readNow(into: Uint8Array, intoAt: number, length: number, at: number): number
  /** As `readNow`, but for bytes that may have to come from the platter: does not hold up the event loop. */
  read(into: Uint8Array, intoAt: number, length: number, at: number): Promise<number>
  /** Resolves when all that was written before the call would survive a loss of power. */
  datasync(): Promise<void>
  /** Makes the file `bytes` long; what is gained reads as zeros and takes no space. */
  truncate(bytes: number): void
  sizeBytes(): number
  close(): void
}

/** A file that nothing can be done to. */
export type ReadableFile = Pick<DiskFile, 'path' | 'readNow' | 'sizeBytes' | 'close'>

export interface DiskSpace {
  /** What is used and what may still be. */
  readonly totalBytes: number
  /** What this process may still take. */
  readonly availableBytes: number
}

/** The file system. Paths are absolute. Every method throws or rejects with StorageError, the cause attached. */
export interface Disk {
  /**
   * Opens for reading and writing; `create` makes a missing file (not its folder). On a read-only file system what is
   * there can be read, and a write throws.
   */
  open(path: string, options?: { readonly create?: boolean }): DiskFile
  /** Opens what is there for reading only, on a read-only file system too. */
  openForReading(path: string): ReadableFile
  exists(path: string): boolean
  /** Size in bytes, or null if there is no such file. */
  sizeBytes(path: string): number | null
  /** When the content last changed, ms since the epoch, or null if there is no such file. */
  modifiedMs(path: string): number | null
  /** Names of the files and folders in a folder, sorted; empty if there is no such folder. */
  list(folder: string): readonly string[]
  isFolder(path: string): boolean
  makeFolder(path: string): void
  /** Removes a file, or a folder with all in it; a missing one is no error. */
  remove(path: string): void
  /** Removes a file; a missing one is no error. Does not hold up the event loop, however large the file is. */
  removeFile(path: string): Promise<void>
  rename(from: string, to: string): void
  /** As `rename`, but does not hold up the event loop: it may wait for the file system's journal. */
  renameLater(from: string, to: string): Promise<void>
  /** Whole content, or null if there is no such file. */
  readText(path: string): string | null
  /**
   * Replaces the content so that a crash leaves the old or the new text, never a part: writes a temporary file beside
   * it, syncs, renames, syncs the folder.
   */
  writeText(path: string, text: string): void
  /** Makes renames and creations in the folder survive a loss of power. */
  syncFolder(folder: string): void
  /** As `syncFolder`, but does not hold up the event loop. */
  datasyncFolder(folder: string): Promise<void>
  /**
   * For very many files: brings to the disk all that was written to the file system of the folder, files and names, in
   * one go. Resolves to false where that cannot be done, or has failed: then each file and folder has to be synced.
   */
  syncFileSystem(folder: string): Promise<boolean>
  space(path: string): DiskSpace
  /**
   * Takes an exclusive POSIX record lock on byte 0, which Java respects (and not flock, which it does not see).
   * Returns null if another process holds it. Released by `stop`.
   */
  lock(path: string): Lock | null
}

export type Lock = Pick<Component, 'stop'>
