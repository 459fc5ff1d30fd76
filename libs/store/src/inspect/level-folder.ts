import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import type { LevelFolder } from '../level-files/level-snapshot'
import type { ListStoredFilesDeps } from './list-stored-files'
import { StoredFile } from './stored-file'

/** The folder of a LevelDB, to be read without LevelDB. */
export function levelFolder(
  folder: string,
  { disk, openFiles }: Pick<ListStoredFilesDeps, 'disk' | 'openFiles'>,
): LevelFolder {
  return {
    path: folder,
    list: () => disk.list(folder),
    open: name => {
      const file = path.join(folder, name)
      const sizeBytes = disk.isFolder(file) ? null : disk.sizeBytes(file)
      if (sizeBytes === null) throw new StorageError(`there is no file ${file}`)
      return new StoredFile({ path: file, startOffset: 0, sizeBytes }, disk, openFiles)
    },
  }
}
