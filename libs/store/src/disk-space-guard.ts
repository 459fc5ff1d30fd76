import type { Clock, Disk, Log, Timer } from '@rocketmq-ts/base'
import type { MessageStoreConfig } from './message-store-config'
import type { StoreHealth } from './store-health'

export interface DiskSpaceGuardDeps {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  readonly health: StoreHealth
  readonly commitLogFolder: string
  readonly consumeQueueFolder: string
}

/**
 * Refuses sends while a disk is nearly full, before it is really full: a full disk cannot even be recovered from.
 * Source: store/DefaultMessageStore.java (CleanCommitLogService)
 */
export class DiskSpaceGuard {
  private timer: Timer | null = null

  constructor(
    private readonly config: MessageStoreConfig,
    private readonly deps: DiskSpaceGuardDeps,
  ) {}

  start(): void {
    this.look()
    this.timer = this.deps.clock.every(this.config.cleanResourceInterval, () => this.look())
  }

  stop(): void {
    this.timer?.cancel()
  }

  commitLogRatio(): number {
    return this.usedRatio(this.deps.commitLogFolder)
  }

  consumeQueueRatio(): number {
    return this.usedRatio(this.deps.consumeQueueFolder)
  }

  /** Above the warning level sends are refused, until the disk is at the lower level again. */
  private look(): void {
    const { health, log } = this.deps
    const usedPercent = this.usedPercent()
    if (usedPercent === null) return
    const refusePercent = clamp(this.config.diskSpaceWarningLevelRatio, 35, 90)
    const acceptPercent = clamp(this.config.diskSpaceCleanForciblyRatio, 30, 85)
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

  private usedPercent(): number | null {
    try {
      return Math.max(this.commitLogRatio(), this.consumeQueueRatio()) * 100
    } catch (err) {
      this.deps.log.warn({ err }, 'cannot tell how full the disk is')
      return null
    }
  }

  private usedRatio(folder: string): number {
    const { totalBytes, availableBytes } = this.deps.disk.space(folder)
    return totalBytes === 0 ? 0 : 1 - availableBytes / totalBytes
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
