import * as path from 'node:path'
import { StorageError } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { readSnapshot } from './level-snapshot'
import type { RandomAccessFile } from './sorted-table'

export type JournalDisk = Pick<Disk, 'exists' | 'list' | 'openForReading' | 'sizeBytes'>

/**
 * Where the journals of a LevelDB are damaged, but for an end that a crash tore. LevelDB passes over it and says nothing:
 * what is there afterwards is what was there some time ago. What else is wrong it finds itself.
 */
export function journalDamages(folder: string, disk: JournalDisk): readonly string[] {
  if (!disk.exists(path.join(folder, 'CURRENT'))) return []
  try {
    return readSnapshot({
      path: folder,
      list: () => disk.list(folder),
      open: name => wholeFile(path.join(folder, name), disk),
    }).damages
  } catch (error) {
    if (error instanceof StorageError) return []
    throw error
  }
}

/** Opened for each read: there is one. */
function wholeFile(file: string, disk: JournalDisk): RandomAccessFile {
  return {
    path: file,
    sizeBytes: disk.sizeBytes(file) ?? 0,
    read: (into, length, offset) => {
      const opened = disk.openForReading(file)
      try {
        return opened.readNow(into, 0, length, offset)
      } finally {
        opened.close()
      }
    },
  }
}
