import type { Clock, Timer } from '@rocketmq-ts/base'
import type { StoreCheckpoint } from '../checkpoint/store-checkpoint'
import type { CommitLog } from '../commit-log/commit-log'
import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { PutTurns } from '../put-message/put-turns'
import type { GroupCommit } from './group-commit'

const PAGE_BYTES = 4096
/** A thorough flush may take this part of the time. */
const THOROUGH_SHARE = 0.1

export interface FlushServiceDeps {
  readonly clock: Clock
  readonly commitLog: CommitLog
  readonly groupCommit: GroupCommit
  readonly consumeQueues: ConsumeQueueStore
  readonly checkpoint: StoreCheckpoint
  readonly turns: Pick<PutTurns, 'publishedEndOffset' | 'publishedPhysicalOffset' | 'publishedTimestamp'>
  readonly onWriteFailed: (error: Error) => void
  readonly onSyncFailed: (error: Error) => void
}

/**
 * Brings to the disk what nobody waits for: the CommitLog (ASYNC_FLUSH), the ConsumeQueues, and then the checkpoint,
 * which is why a start after a crash has little to do. Java moves the checkpoint once a minute; here it moves as often
 * as that costs no more than a tenth of the time.
 * Source: store/CommitLog.java (FlushRealTimeService), store/queue/ConsumeQueueStore.java (FlushConsumeQueueService)
 */
export class FlushService {
  private timers: Timer[] = []
  private lastCommitLogFlushMs = 0
  private nextThoroughMs = 0
  /** Where the log ended that the checkpoint tells of. */
  private thoroughOffset = -1
  private running: Promise<void> | null = null

  constructor(
    private readonly config: MessageStoreConfig,
    private readonly deps: FlushServiceDeps,
  ) {}

  start(): void {
    const { clock } = this.deps
    this.lastCommitLogFlushMs = clock.monotonicMs()
    this.timers = [
      clock.every(this.config.flushIntervalCommitLog, () => this.flushCommitLog()),
      clock.every(this.config.flushIntervalConsumeQueue, () => this.flushConsumeQueues()),
    ]
  }

  /** Resolves when everything is on the disk, or the disk has failed. */
  async stop(): Promise<void> {
    for (const timer of this.timers.splice(0)) timer.cancel()
    await this.running
    await this.flushThoroughly()
  }

  private flushCommitLog(): void {
    const { clock, commitLog, groupCommit, onWriteFailed } = this.deps
    const dirtyBytes = commitLog.writtenOffset - groupCommit.flushedOffset
    const isLate = clock.monotonicMs() - this.lastCommitLogFlushMs >= this.config.flushCommitLogThoroughInterval
    if (dirtyBytes === 0 || (dirtyBytes < this.config.flushCommitLogLeastPages * PAGE_BYTES && !isLate)) return
    this.lastCommitLogFlushMs = clock.monotonicMs()
    void groupCommit.flush()
    try {
      commitLog.prepareNextFile()
    } catch (error) {
      onWriteFailed(error as Error)
    }
  }

  private flushConsumeQueues(): void {
    this.running ??= this.runConsumeQueueFlush().finally(() => {
      this.running = null
    })
  }

  private async runConsumeQueueFlush(): Promise<void> {
    const { clock, consumeQueues } = this.deps
    const startMs = clock.monotonicMs()
    if (startMs < this.nextThoroughMs) {
      await consumeQueues.writeOut().catch(this.deps.onWriteFailed)
      return
    }
    await this.flushThoroughly()
    const tookMs = clock.monotonicMs() - startMs
    const restMs = Math.min(tookMs / THOROUGH_SHARE, this.config.flushConsumeQueueThoroughInterval)
    this.nextThoroughMs = clock.monotonicMs() + restMs
  }

  /** What is published now is on the disk afterwards, log before queues, and the checkpoint says so. */
  private async flushThoroughly(): Promise<void> {
    const { checkpoint, consumeQueues, groupCommit, turns, onWriteFailed, onSyncFailed } = this.deps
    const { publishedEndOffset, publishedPhysicalOffset, publishedTimestamp } = turns
    if (!(await groupCommit.flush()) || publishedEndOffset === this.thoroughOffset) return
    try {
      await consumeQueues.writeOut()
    } catch (error) {
      onWriteFailed(error as Error)
      return
    }
    try {
      await consumeQueues.datasync()
      checkpoint.physicMsgTimestamp = publishedTimestamp
      checkpoint.logicsMsgTimestamp = publishedTimestamp
      checkpoint.logicsPhysicalOffset = publishedPhysicalOffset
      await checkpoint.save()
      this.thoroughOffset = publishedEndOffset
    } catch (error) {
      onSyncFailed(error as Error)
    }
  }
}
