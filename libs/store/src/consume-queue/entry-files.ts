import { readFully } from '../log-file/read-fully'
import type { LogFileLoad, LogFileQueue } from '../log-file/log-file-queue'
import { blankEntries } from './consume-queue-entry'
import type { ConsumeQueueExt } from './consume-queue-ext'
import type { EntryWindow } from './entry-window'

export interface EntryFilesDeps {
  readonly files: LogFileQueue
  /** Of each entry: 20, or more where more follows what an entry begins with. */
  readonly entryBytes: number
  /** What the disk has beside the entries; null for nothing. */
  readonly ext?: ConsumeQueueExt | null
}

/** The entries of one queue in its files, and what lies beside them. Offsets are those of entries. */
export class EntryFiles {
  private readonly entryBytes: number

  constructor(private readonly deps: EntryFilesDeps) {
    this.entryBytes = deps.entryBytes
  }

  get isEmpty(): boolean {
    return this.deps.files.last === null
  }

  /** Where the first file begins, and where the last one ends; 0 without a file. */
  get firstOffset(): number {
    return (this.deps.files.first?.startOffset ?? 0) / this.entryBytes
  }

  get endOffset(): number {
    return (this.deps.files.last?.endOffset ?? 0) / this.entryBytes
  }

  load(how: LogFileLoad): void {
    const { files, ext } = this.deps
    files.load(how)
    ext?.load(how)
    if (this.isEmpty) ext?.clear()
  }

  /** Writes the first of the entries, as many as one file takes; returns how many. Throws StorageError. */
  write(queueOffset: number, entries: Buffer): number {
    const { ext = null } = this.deps
    const file = this.fileFor(queueOffset)
    const taken = entries.subarray(0, file.endOffset - queueOffset * this.entryBytes)
    file.write(ext === null ? taken : ext.write(taken), queueOffset * this.entryBytes)
    const takenCount = taken.length / this.entryBytes
    ext?.wrote(takenCount)
    return takenCount
  }

  /** Entries from..until as far as one file has them; null if it does not have the first one. */
  async read(queueOffset: number, untilOffset: number): Promise<EntryWindow | null> {
    const { files, ext } = this.deps
    const file = files.find(queueOffset * this.entryBytes)
    if (file === null) return null
    const endOffset = Math.min(untilOffset, file.endOffset / this.entryBytes)
    if (endOffset <= queueOffset) return null
    const bytes = Buffer.allocUnsafeSlow((endOffset - queueOffset) * this.entryBytes)
    await readFully(file, bytes, queueOffset * this.entryBytes)
    const bitMaps = (await ext?.resolve(bytes)) ?? null
    return { bytes, firstOffset: queueOffset, endOffset, bitMaps }
  }

  /** One entry as its file has it; null if none has. */
  entryAt(queueOffset: number): Buffer | null {
    const entry = Buffer.alloc(this.entryBytes)
    const file = this.deps.files.find(queueOffset * this.entryBytes)
    return file?.readNow(entry, 0, this.entryBytes, queueOffset * this.entryBytes) === this.entryBytes ? entry : null
  }

  nextFileOffset(queueOffset: number): number {
    const entriesPerFile = this.deps.files.fileBytes / this.entryBytes
    return queueOffset - (queueOffset % entriesPerFile) + entriesPerFile
  }

  /** Resolves when the entries from..until would survive a loss of power, once `takeUnsyncedFolders` are synced. */
  async datasync(fromOffset: number, untilOffset: number): Promise<void> {
    const { files, ext } = this.deps
    for (let offset = fromOffset; offset < untilOffset; offset = this.nextFileOffset(offset)) {
      await files.find(offset * this.entryBytes)?.datasync()
    }
    await ext?.datasync()
  }

  takeUnsyncedFolders(): readonly string[] {
    return this.deps.files.takeUnsyncedFolders()
  }

  /** The entries end at `queueOffset`. */
  cutAt(queueOffset: number): void {
    this.deps.files.truncate(queueOffset * this.entryBytes)
    this.deps.ext?.cutBehind(this.entryAt(queueOffset - 1))
  }

  /** Removes the files that have no entry from `queueOffset` on. Returns how many. Throws StorageError. */
  removeBefore(queueOffset: number): number {
    const { files, ext } = this.deps
    ext?.deleteBefore(this.entryAt(queueOffset))
    return files.removeBefore(queueOffset * this.entryBytes)
  }

  clear(): void {
    this.deps.files.clear()
    this.deps.ext?.clear()
  }

  close(): void {
    this.deps.files.close()
    this.deps.ext?.close()
  }

  private fileFor(queueOffset: number): ReturnType<LogFileQueue['findOrCreate']> {
    const { files } = this.deps
    const at = queueOffset * this.entryBytes
    const isFirst = this.isEmpty
    const file = files.findOrCreate(at)
    if (isFirst && file.startOffset < at)
      file.write(blankEntries((at - file.startOffset) / this.entryBytes), file.startOffset)
    return file
  }
}
