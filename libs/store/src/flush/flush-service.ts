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
  readonly turns: Pick<PutTurns, 'publishedPhysicalOffset' | 'publishedTimestamp'>
  readonly onFailed: (error: Error) => void
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

  /** Resolves when everything is on the disk. Throws StorageError. */
  async stop(): Promise<void> {
    for (const timer of this.timers.splice(0)) timer.cancel()
    await this.running
    await this.flushThoroughly()
  }

  private flushCommitLog(): void {
    const { clock, commitLog, groupCommit, onFailed } = this.deps
    const dirtyBytes = commitLog.writtenOffset - groupCommit.flushedOffset
    const isLate = clock.monotonicMs() - this.lastCommitLogFlushMs >= this.config.flushCommitLogThoroughInterval
    if (dirtyBytes === 0 || (dirtyBytes < this.config.flushCommitLogLeastPages * PAGE_BYTES && !isLate)) return
    this.lastCommitLogFlushMs = clock.monotonicMs()
    void groupCommit.flush()
    try {
      commitLog.prepareNextFile()
    } catch (error) {
      onFailed(error as Error)
    }
  }

  private flushConsumeQueues(): void {
    this.running ??= this.runConsumeQueueFlush().finally(() => {
      this.running = null
    })
  }

  private async runConsumeQueueFlush(): Promise<void> {
    const { clock, consumeQueues, onFailed } = this.deps
    try {
      if (clock.monotonicMs() < this.nextThoroughMs) await consumeQueues.writeOut()
      else await this.flushThoroughlyAndRest()
    } catch (error) {
      onFailed(error as Error)
    }
  }

  private async flushThoroughlyAndRest(): Promise<void> {
    const { clock } = this.deps
    const startMs = clock.monotonicMs()
    await this.flushThoroughly()
    const tookMs = clock.monotonicMs() - startMs
    const restMs = Math.min(tookMs / THOROUGH_SHARE, this.config.flushConsumeQueueThoroughInterval)
    this.nextThoroughMs = clock.monotonicMs() + restMs
  }

  /** What is published now is on the disk afterwards, log before queues, and the checkpoint says so. */
  private async flushThoroughly(): Promise<void> {
    const { checkpoint, consumeQueues, groupCommit, turns } = this.deps
    const { publishedPhysicalOffset, publishedTimestamp } = turns
    if (!(await groupCommit.flush()) || publishedPhysicalOffset === checkpoint.logicsPhysicalOffset) return
    await consumeQueues.datasync()
    checkpoint.physicMsgTimestamp = publishedTimestamp
    checkpoint.logicsMsgTimestamp = publishedTimestamp
    checkpoint.logicsPhysicalOffset = publishedPhysicalOffset
    await checkpoint.save()
  }
}
