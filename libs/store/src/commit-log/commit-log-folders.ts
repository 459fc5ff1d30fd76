import { StorageError } from '@rocketmq-ts/base'
import type { LogFolders } from '../log-file/log-folders'

export interface CommitLogFoldersOptions {
  /** Files are made there in turns. */
  readonly folders: readonly string[]
  /** What lies there belongs to the log; nothing is made there, even if it is one of `folders`. */
  readonly readOnlyFolders: readonly string[]
}

/**
 * Where the files of a CommitLog are that is spread over several folders, perhaps of several disks. A nearly full disk
 * gets no new file as long as there is another one. Source: store/MultiPathMappedFileQueue.java
 */
export class CommitLogFolders implements LogFolders {
  readonly all: readonly string[]
  /** Those that files may be made in. */
  readonly writable: readonly string[]
  private full: ReadonlySet<string> = new Set()

  constructor({ folders, readOnlyFolders }: CommitLogFoldersOptions) {
    this.all = [...new Set([...folders, ...readOnlyFolders])]
    this.writable = [...new Set(folders)].filter(folder => !readOnlyFolders.includes(folder)).sort()
  }

  /** These get no new files, unless all are full. */
  markFull(folders: ReadonlySet<string>): void {
    this.full = folders
  }

  folderOf(fileIndex: number): string {
    const roomy = this.writable.filter(folder => !this.full.has(folder))
    const folders = roomy.length > 0 ? roomy : this.writable
    const folder = folders[fileIndex % folders.length]
    if (folder === undefined) {
      throw new StorageError('all folders of storePathCommitLog are readOnlyCommitLogStorePaths: add one to write to')
    }
    return folder
  }
}
