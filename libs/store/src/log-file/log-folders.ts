/** Folders whose files make up one stream. */
export interface LogFolders {
  readonly all: readonly string[]
  /** Where the file with this number, counted from the beginning of the stream, is made. Throws StorageError. */
  folderOf(fileIndex: number): string
}
