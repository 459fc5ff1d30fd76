import type { Clock, Log, Timer } from '@rocketmq-ts/base'
import type { CommitLog } from './commit-log/commit-log'
import type { ConsumeQueueStore } from './consume-queue/consume-queue-store'
import type { StoreHealth } from './store-health'

const PROBE_PERIOD_MS = 5000

export interface DiskFailureDeps {
  readonly clock: Clock
  readonly log: Log
  readonly health: StoreHealth
  readonly commitLog: Pick<CommitLog, 'probe'>
  readonly consumeQueues: Pick<ConsumeQueueStore, 'writeOut'>
}

/**
 * What a failing disk means: sends are refused, with its words, and what is there is served on. A write that failed was
 * rolled back, so sends are accepted again as soon as the disk takes writes. After a sync that failed nobody knows what
 * the disk has: only a restart, which reads it, ends that.
 */
export class DiskFailure {
  private timer: Timer | null = null
  private running: Promise<void> | null = null

  constructor(private readonly deps: DiskFailureDeps) {}

  onWriteFailed(error: Error): void {
    const { clock, health, log } = this.deps
    if (health.has('disk refuses writes')) return
    log.error({ err: error }, 'the disk refuses writes, sends are refused')
    health.begin('disk refuses writes', `${error.message}: sends are accepted again when the disk takes writes`)
    this.timer = clock.every(PROBE_PERIOD_MS, () => {
      this.running ??= this.probe().finally(() => {
        this.running = null
      })
    })
  }

  onSyncFailed(error: Error): void {
    const { health, log } = this.deps
    if (health.has('disk failed')) return
    log.error({ err: error }, 'the disk failed, sends are refused')
    health.begin('disk failed', `${error.message}: mend the disk, then restart the broker`)
  }

  async stop(): Promise<void> {
    this.timer?.cancel()
    await this.running
  }

  private async probe(): Promise<void> {
    const { commitLog, consumeQueues, health, log } = this.deps
    try {
      commitLog.probe()
      await consumeQueues.writeOut()
    } catch (err) {
      log.debug({ err }, 'the disk still refuses writes')
      return
    }
    this.timer?.cancel()
    log.info({}, 'the disk takes writes again, sends are accepted')
    health.end('disk refuses writes')
  }
}
