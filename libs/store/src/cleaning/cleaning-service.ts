import type { Clock, Log, Timer } from '@rocketmq-ts/base'
import type { CommitLog } from '../commit-log/commit-log'
import type { DiskSpaceGuard, DiskUse } from '../disk-space-guard'
import type { MessageStoreConfig } from '../message-store-config'
import type { CommitLogCleaner } from './commit-log-cleaner'
import type { CommitLogFollower } from './commit-log-follower'
import { isTimeToDelete } from './delete-when'
import type { Pauses } from './pauses'
import type { TopicRetention } from './topic-retention'

/** A broker that starts has other things to do at first. */
const FIRST_ROUND_AFTER_MS = 60_000
/** Rounds that DELETE_EXPIRED_COMMITLOG asks for, so that more than one batch of files goes. */
const MANUAL_ROUND_COUNT = 20

export type CleaningConfig = Pick<
  MessageStoreConfig,
  'cleanResourceInterval' | 'deleteWhen' | 'cleanFileForciblyEnable'
>

export interface CleaningDeps {
  readonly clock: Clock
  readonly log: Log
  readonly pauses: Pauses
  readonly diskSpace: Pick<DiskSpaceGuard, 'look'>
  readonly commitLog: Pick<CommitLog, 'minOffset'>
  readonly commitLogCleaner: Pick<CommitLogCleaner, 'deleteExpired'>
  /** Told, one after the other, when files of the log went. */
  readonly followers: readonly CommitLogFollower[]
  readonly topicRetention: Pick<TopicRetention, 'apply'>
}

/**
 * Looks at the disks every now and then, and makes room: files of the CommitLog that are old enough go at certain hours
 * or when the disk is rather full, the oldest go at once when it is nearly full; then what points into them. What topics
 * do not want to keep any longer goes at any time.
 * Source: store/DefaultMessageStore.java (CleanCommitLogService), store/queue/ConsumeQueueStore.java (CleanConsumeQueueService)
 */
export class CleaningService {
  private timer: Timer | null = null
  private startMs = 0
  private manualRoundCount = 0
  /** Where the log began when the followers were last told. */
  private followedOffset = -1
  private running: Promise<void> | null = null

  constructor(
    private readonly config: CleaningConfig,
    private readonly deps: CleaningDeps,
  ) {}

  start(): void {
    const { clock, diskSpace } = this.deps
    this.startMs = clock.monotonicMs()
    diskSpace.look()
    this.timer = clock.every(this.config.cleanResourceInterval, () => this.look())
  }

  /** Resolves when nothing is deleted any more. */
  async stop(): Promise<void> {
    this.timer?.cancel()
    this.deps.pauses.end()
    await this.running
  }

  /** What is old enough goes at any hour, in the rounds that follow. */
  deleteExpiredCommitLog(): void {
    this.manualRoundCount = MANUAL_ROUND_COUNT
    this.deps.log.info({}, 'deletion of expired CommitLog files asked for')
  }

  private look(): void {
    const { clock, diskSpace } = this.deps
    const use = diskSpace.look()
    if (clock.monotonicMs() - this.startMs < FIRST_ROUND_AFTER_MS && this.manualRoundCount === 0) return
    this.running ??= this.round(use).finally(() => {
      this.running = null
    })
  }

  private async round(use: DiskUse): Promise<void> {
    const { log, topicRetention } = this.deps
    try {
      await this.cleanCommitLog(use)
      await this.tellFollowers()
      await topicRetention.apply()
    } catch (err) {
      log.warn({ err }, 'cleaning did not get through, the next round tries again')
    }
  }

  private async cleanCommitLog({ isHigh, isNearlyFull }: DiskUse): Promise<void> {
    const { clock, commitLogCleaner, log } = this.deps
    const isManual = this.manualRoundCount > 0
    if (isManual) this.manualRoundCount -= 1
    if (!isManual && !isHigh && !isTimeToDelete(this.config.deleteWhen, clock.nowMs())) return
    const deletedCount = await commitLogCleaner.deleteExpired(isNearlyFull && this.config.cleanFileForciblyEnable)
    if (deletedCount === 0 && isHigh) log.warn({}, 'the disk is rather full, and no CommitLog file may be deleted')
  }

  private async tellFollowers(): Promise<void> {
    const { minOffset } = this.deps.commitLog
    if (minOffset === this.followedOffset) return
    for (const follower of this.deps.followers) await follower.deleteExpired(minOffset)
    this.followedOffset = minOffset
  }
}
