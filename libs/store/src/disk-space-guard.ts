import type { Disk, Log } from '@rocketmq-ts/base'
import type { CommitLogFolders } from './commit-log/commit-log-folders'
import type { MessageStoreConfig } from './message-store-config'
import type { StoreHealth } from './store-health'

export type DiskSpaceGuardConfig = Pick<
  MessageStoreConfig,
  'diskMaxUsedSpaceRatio' | 'diskSpaceCleanForciblyRatio' | 'diskSpaceWarningLevelRatio'
>

export interface DiskSpaceGuardDeps {
  readonly disk: Pick<Disk, 'space'>
  readonly log: Log
  readonly health: StoreHealth
  readonly commitLogFolders: Pick<CommitLogFolders, 'writable' | 'markFull'>
  readonly consumeQueueFolder: string
}

/** What the fullness of the disks asks of who cleans them. */
export interface DiskUse {
  /** Above `diskMaxUsedSpaceRatio`: what is old enough should go, whatever the hour. */
  readonly isHigh: boolean
  /** Above `diskSpaceCleanForciblyRatio`: the oldest should go, however old it is. */
  readonly isNearlyFull: boolean
}

const UNKNOWN_USE: DiskUse = { isHigh: false, isNearlyFull: false }

/**
 * Refuses sends while a disk is nearly full, before it is really full: a full disk cannot even be recovered from. Of
 * several disks of the CommitLog the emptiest counts; the nearly full ones get no new files.
 * Source: store/DefaultMessageStore.java (CleanCommitLogService)
 */
export class DiskSpaceGuard {
  constructor(
    private readonly config: DiskSpaceGuardConfig,
    private readonly deps: DiskSpaceGuardDeps,
  ) {}

  commitLogRatio(): number {
    return leastOf(this.deps.commitLogFolders.writable.map(folder => this.usedRatio(folder)))
  }

  consumeQueueRatio(): number {
    return this.usedRatio(this.deps.consumeQueueFolder)
  }

  usedRatio(folder: string): number {
    const { totalBytes, availableBytes } = this.deps.disk.space(folder)
    return totalBytes === 0 ? 0 : 1 - availableBytes / totalBytes
  }

  /** Looks at the disks. Above the warning level sends are refused, until the disk is at the lower level again. */
  look(): DiskUse {
    const cleanPercent = clamp(this.config.diskSpaceCleanForciblyRatio, 30, 85)
    const usedPercent = this.usedPercent(cleanPercent)
    if (usedPercent === null) return UNKNOWN_USE
    this.refuseOrAccept(usedPercent, cleanPercent)
    const isNearlyFull = usedPercent > cleanPercent
    return { isNearlyFull, isHigh: isNearlyFull || usedPercent > clamp(this.config.diskMaxUsedSpaceRatio, 10, 95) }
  }

  private refuseOrAccept(usedPercent: number, acceptPercent: number): void {
    const { health, log } = this.deps
    const refusePercent = clamp(this.config.diskSpaceWarningLevelRatio, 35, 90)
    if (usedPercent > refusePercent) {
      const reason =
        `disk ${usedPercent.toFixed(0)} % full, above diskSpaceWarningLevelRatio ${refusePercent} %: ` +
        `free space until it is at most ${acceptPercent} % full`
      if (!health.has('disk full'))
        log.error({ usedPercent, refusePercent, acceptPercent }, 'the disk is nearly full, sends are refused')
      health.begin('disk full', reason)
    } else if (usedPercent <= acceptPercent && health.has('disk full')) {
      log.info({ usedPercent }, 'the disk has space again, sends are accepted')
      health.end('disk full')
    }
  }

  private usedPercent(cleanPercent: number): number | null {
    const { commitLogFolders, log } = this.deps
    try {
      const ratios = commitLogFolders.writable.map(folder => [folder, this.usedRatio(folder)] as const)
      const full = ratios.filter(([, ratio]) => ratio * 100 > cleanPercent)
      commitLogFolders.markFull(new Set(full.map(([folder]) => folder)))
      return Math.max(leastOf(ratios.map(([, ratio]) => ratio)), this.consumeQueueRatio()) * 100
    } catch (err) {
      log.warn({ err }, 'cannot tell how full the disk is')
      return null
    }
  }
}

/** With no folder to write to the disk is not what keeps sends from the log. */
function leastOf(ratios: readonly number[]): number {
  return ratios.length === 0 ? 0 : Math.min(...ratios)
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
