import * as path from 'node:path'
import type { OpenFiles } from '../log-file/open-files'
import type { Problems } from './problems'
import { StoredFile } from './stored-file'
import type { ReadOnlyDisk } from './stored-file'

export interface ListStoredFilesDeps {
  readonly disk: ReadOnlyDisk
  readonly openFiles: OpenFiles
  readonly problems: Problems
  /** True while the store is open or after a crash: its last file may be short, as it was just being made or cut. */
  readonly mayBeShort: boolean
}

/**
 * The files of a stream in their order, each named by the offset of its first byte, from one folder or from several. A
 * file of another size, a gap, a name that is no offset: a broker would not start with them, so each is a problem.
 * Throws StorageError if a folder cannot be read.
 */
export function listStoredFiles(folders: readonly string[], deps: ListStoredFilesDeps): readonly StoredFile[] {
  const { problems, mayBeShort } = deps
  const found = folders.flatMap(folder => filesOf(folder, deps))
  found.sort((left, right) => left.startOffset - right.startOffset)
  if (found.at(-1)?.sizeBytes === 0) found.pop() // made, and never used
  const sizeBytes = found[0]?.sizeBytes ?? 0
  const files: StoredFile[] = []
  for (const file of found) {
    const before = files.at(-1)
    const isShort = mayBeShort && file === found.at(-1) && file.sizeBytes < sizeBytes
    if (file.sizeBytes !== sizeBytes && !isShort) {
      problems.add('file', () => `${file.path} has ${file.sizeBytes} bytes, the files before it ${sizeBytes}`)
    }
    if (before !== undefined && file.startOffset < before.endOffset) {
      problems.add('file', () => `${file.path} begins within ${before.path}: it is left out here`)
      continue
    }
    if (before !== undefined && file.startOffset > before.endOffset) {
      problems.add('file', () => `a file is missing between ${before.path} and ${file.path}`)
    }
    files.push(file)
  }
  return files
}

function filesOf(folder: string, { disk, openFiles, problems }: ListStoredFilesDeps): readonly StoredFile[] {
  const files: StoredFile[] = []
  for (const name of disk.list(folder)) {
    const filePath = path.join(folder, name)
    if (disk.isFolder(filePath)) continue
    const startOffset = Number(name)
    if (!/^\d+$/.test(name) || !Number.isSafeInteger(startOffset)) {
      problems.add('file', () => `${filePath} does not belong here: a broker does not start until it is elsewhere`)
      continue
    }
    const sizeBytes = disk.sizeBytes(filePath)
    if (sizeBytes === null) problems.add('file', () => `${filePath} leads nowhere`)
    else files.push(new StoredFile({ path: filePath, startOffset, sizeBytes }, disk, openFiles))
  }
  return files
}
