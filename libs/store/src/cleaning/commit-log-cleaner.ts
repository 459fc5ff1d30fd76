import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import * as path from 'node:path'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import type { LogFile } from '../log-file/log-file'
import type { LogFileQueue } from '../log-file/log-file-queue'
import type { MessageStoreConfig } from '../message-store-config'
import type { Pauses } from './pauses'

const HOUR_MS = 3_600_000

export type CommitLogCleanerConfig = Pick<
  MessageStoreConfig,
  | 'fileReservedTime'
  | 'deleteFileBatchMax'
  | 'deleteCommitLogFilesInterval'
  | 'destroyMapedFileIntervalForcibly'
  | 'redeleteHangedFileInterval'
>

export interface CommitLogCleanerDeps {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly disk: Pick<Disk, 'modifiedMs' | 'removeFile' | 'datasyncFolder'>
  readonly log: Log
  readonly files: Pick<LogFileQueue, 'first' | 'last' | 'shift'>
  readonly checkpoint: Pick<StoreCheckpoint, 'logicsPhysicalOffset'>
  readonly pauses: Pauses
}

/** A file that nobody finds any more, on its way from the disk. */
interface LeavingFile {
  readonly file: LogFile
  /** Resolves when nobody reads it any more. */
  readonly unused: Promise<void>
}

/**
 * Takes the oldest files of the CommitLog away, each when the one before it is gone for good: a gap would be damage.
 * Source: store/MappedFileQueue.java (deleteExpiredFileByTime, retryDeleteFirstFile)
 */
export class CommitLogCleaner {
  private leaving: LeavingFile | null = null
  /** When the disk is asked again to take a file away, on the monotonic clock. */
  private retryMs = 0

  constructor(
    private readonly config: CommitLogCleanerConfig,
    private readonly deps: CommitLogCleanerDeps,
  ) {}

  /** Deletes some of the files that nobody has written to for long enough, or of all if `ignoresAge`. Returns how many. */
  async deleteExpired(ignoresAge: boolean): Promise<number> {
    const { files, pauses } = this.deps
    if (!(await this.takeAway())) return 0
    let deletedCount = 0
    while (deletedCount < this.config.deleteFileBatchMax && this.mayGo(ignoresAge)) {
      const file = files.shift() as LogFile
      this.leaving = { file, unused: file.abandon() }
      if (!(await this.takeAway())) break
      deletedCount += 1
      await pauses.pause(this.config.deleteCommitLogFilesInterval)
    }
    return deletedCount
  }

  /**
   * The file that is written to stays, and so does one of whose records a queue may not have the entries on the disk: a
   * queue whose newest entries are lost together with their records would use their offsets again.
   */
  private mayGo(ignoresAge: boolean): boolean {
    const { clock, disk, files, checkpoint, pauses } = this.deps
    const { first } = files
    if (pauses.isOver || first === null || first === files.last) return false
    if (first.endOffset > checkpoint.logicsPhysicalOffset) return false
    return ignoresAge || clock.nowMs() >= (disk.modifiedMs(first.path) ?? 0) + this.config.fileReservedTime * HOUR_MS
  }

  /** True if no file is on its way any more. Who reads one for too long reads on in what has no name any more. */
  private async takeAway(): Promise<boolean> {
    const { clock, disk, log, pauses } = this.deps
    if (this.leaving === null) return true
    if (clock.monotonicMs() < this.retryMs) return false
    const { file, unused } = this.leaving
    if (file.isInUse) await pauses.upTo(this.config.destroyMapedFileIntervalForcibly, unused)
    if (pauses.isOver) return false
    try {
      await disk.removeFile(file.path)
      await disk.datasyncFolder(path.dirname(file.path))
    } catch (err) {
      this.retryMs = clock.monotonicMs() + this.config.redeleteHangedFileInterval
      log.warn({ err, retryAfterMs: this.config.redeleteHangedFileInterval }, 'a CommitLog file cannot be deleted')
      return false
    }
    this.leaving = null
    log.info({ file: file.path }, 'CommitLog file deleted')
    return true
  }
}
