import * as path from 'node:path'
import { CorruptDataError } from '@rocketmq-ts/base'
import type { Disk, Log } from '@rocketmq-ts/base'

export interface ConfigFileDeps {
  readonly disk: Pick<Disk, 'exists' | 'makeFolder' | 'readText' | 'rename' | 'syncFolder' | 'writeText'>
  readonly log: Log
}

/**
 * A small text that is written whole and must never be lost: topics, groups, offsets. Java's rule: the file becomes
 * `.bak`, then the new one is written, each step synced, so that a crash at any point leaves one of the two readable.
 * Source: common/ConfigManager.java
 */
export class ConfigFile {
  private readonly backupPath: string
  private savedText: string | null = null

  constructor(
    readonly path: string,
    private readonly deps: ConfigFileDeps,
  ) {
    this.backupPath = `${path}.bak`
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

  /** Makes `text` the content. Does nothing when it is what was saved or loaded last. */
  save(text: string): void {
    if (text === this.savedText) return
    const { disk } = this.deps
    const folder = path.dirname(this.path)
    if (disk.exists(this.path)) {
      disk.rename(this.path, this.backupPath)
      disk.syncFolder(folder)
    } else {
      disk.makeFolder(folder)
    }
    disk.writeText(this.path, text)
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
