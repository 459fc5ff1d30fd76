import * as path from 'node:path'
import { CorruptDataError, SharedRuns } from '@rocketmq-ts/base'
import type { Disk, Log } from '@rocketmq-ts/base'
import { writeSyncedText } from './write-synced-text'

export interface ConfigFileDeps {
  readonly disk: Pick<Disk, 'datasyncFolder' | 'exists' | 'makeFolder' | 'open' | 'readText' | 'rename' | 'renameLater'>
  readonly log: Log
}

/**
 * A small text that is written whole and must never be lost: topics, groups, offsets. The new text is written beside
 * the file and synced; then, by Java's rule, the file becomes `.bak` and the new one takes its name. A crash at any
 * point leaves the old or the new text to `load`. Nothing that waits for the disk holds up the event loop.
 * Source: common/ConfigManager.java
 */
export class ConfigFile {
  private readonly backupPath: string
  private readonly temporaryPath: string
  private savedText: string | null = null
  private encode: () => string = () => ''
  private readonly saves = new SharedRuns(() => this.saveNewest())

  constructor(
    readonly path: string,
    private readonly deps: ConfigFileDeps,
  ) {
    this.backupPath = `${path}.bak`
    this.temporaryPath = `${path}.tmp`
  }

  /**
   * What `decode` makes of the file or, when that is missing, empty or undecodable, of its `.bak`; null when there is
   * neither. Throws CorruptDataError if neither can be decoded.
   */
  load<T>(decode: (text: string) => T): T | null {
    const { disk, log } = this.deps
    const text = disk.readText(this.path)
    if (text !== null && text !== '') {
      try {
        const value = decode(text)
        this.savedText = text
        return value
      } catch (error) {
        log.error({ path: this.path, err: error }, 'config file cannot be decoded, its backup is read')
        // Java deletes it. It must go, or the next save would move it over the good backup; someone may want to see it.
        disk.rename(this.path, `${this.path}.damaged`)
      }
    }
    return this.loadBackup(decode)
  }

  /**
   * Makes what `encode` returns the content, unless it is that already. One save runs at a time; `encode` is called when
   * it begins, and those asked for until then are one save, with the newest `encode`. Rejects with StorageError.
   */
  save(encode: () => string): Promise<void> {
    this.encode = encode
    return this.saves.run()
  }

  /** Resolves when all saves that were asked for have ended, however. */
  idle(): Promise<void> {
    return this.saves.idle()
  }

  private async saveNewest(): Promise<void> {
    const text = this.encode()
    if (text === this.savedText) return
    const { disk } = this.deps
    const folder = path.dirname(this.path)
    disk.makeFolder(folder)
    await writeSyncedText(this.temporaryPath, text, disk)
    if (disk.exists(this.path)) await disk.renameLater(this.path, this.backupPath)
    await disk.renameLater(this.temporaryPath, this.path)
    await disk.datasyncFolder(folder)
    this.savedText = text
  }

  private loadBackup<T>(decode: (text: string) => T): T | null {
    const text = this.deps.disk.readText(this.backupPath)
    if (text === null || text === '') return null
    try {
      return decode(text)
    } catch (cause) {
      throw new CorruptDataError(
        `neither ${this.path} nor ${this.backupPath} can be decoded: mend one of them, or remove both to start empty`,
        { cause },
      )
    }
  }
}
