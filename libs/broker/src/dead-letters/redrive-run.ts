import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Log, Timer } from '@rocketmq-ts/base'
import type { MessageStore } from '@rocketmq-ts/store'
import { NotKeptError } from '../table-file'
import type { RedriveFilter } from './redrive-filter'
import type { RedriveQueue, RedriveRecord } from './redrive-record'
import { redriveStep } from './redrive-step'
import type { RedriveStepDeps } from './redrive-step'

/** While letters are only looked at, how often the disk is told how far. */
const SCAN_SAVE_INTERVAL_MS = 1_000
/** First wait after a failure, doubled up to the second one. */
const RETRY_FIRST_MS = 1_000
const RETRY_MS_MAX = 30_000
/** How often it is looked whether the last messages are flushed. */
const FLUSH_POLL_MS = 200

export interface RedriveRunDeps extends RedriveStepDeps {
  readonly store: RedriveStepDeps['store'] & Pick<MessageStore, 'flushedPhysicalOffset'>
  readonly clock: Pick<Clock, 'after' | 'nowMs' | 'monotonicMs'>
  readonly log: Log
  /** Resolves when the disk has the records as they are now. Rejects with StorageError. */
  readonly save: () => Promise<void>
}

/**
 * Takes one redrive to its end, a step at a time:
 *
 *   save progress ──▶ read letters ──▶ put the messages ──▶ wait, for the rate ──▶ save progress …
 *
 * No step begins before the disk has what came before it, so a crash repeats one step at most. What goes wrong is kept
 * in the record, and tried again.
 */
export class RedriveRun {
  private timer: Timer | null = null
  private turn: Promise<void> = Promise.resolve()
  private isStopped = false
  private isUnsaved = true
  private savedMs = -Infinity
  /** Places that are not flushed yet. */
  private readonly marks = new Map<RedriveQueue, Pick<RedriveQueue, 'nextOffset' | 'storedTo'>>()
  private retryMs: number = RETRY_FIRST_MS

  constructor(
    private readonly record: RedriveRecord,
    private readonly matches: RedriveFilter,
    private readonly deps: RedriveRunDeps,
  ) {}

  start(): void {
    this.goOnAfter(0)
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.timer?.cancel()
    await this.turn
  }

  private goOnAfter(waitMs: number): void {
    if (this.isStopped) return
    this.timer = this.deps.clock.after(waitMs, () => {
      this.turn = this.advance()
    })
  }

  /** Never rejects. */
  private async advance(): Promise<void> {
    const { record, deps } = this
    try {
      const waitMs = await this.step()
      record.failure = null
      this.retryMs = RETRY_FIRST_MS
      if (waitMs !== null) this.goOnAfter(waitMs)
    } catch (error) {
      if (!(error instanceof StorageError || error instanceof NotKeptError)) throw error
      record.failure = error.message
      deps.log.error(
        { redrive: record.id, group: record.order.group, err: error },
        'redrive of dead letters is held up',
      )
      this.goOnAfter(this.retryMs)
      this.retryMs = Math.min(this.retryMs * 2, RETRY_MS_MAX)
    }
  }

  /** Resolves to the wait until the next step, null at the end. */
  private async step(): Promise<number | null> {
    const { record, deps } = this
    const queue = record.queues.find(({ nextOffset, endOffset }) => nextOffset < endOffset)
    if (queue === undefined) return await this.end()
    if (this.isUnsaved) await this.save()
    const startMs = deps.clock.monotonicMs()
    const { putCount, failure } = await redriveStep(record, queue, this.matches, deps)
    record.changedMs = deps.clock.nowMs()
    this.isUnsaved = putCount > 0 || startMs - this.savedMs >= SCAN_SAVE_INTERVAL_MS
    if (failure !== null) throw new NotStoredYetError(failure)
    return Math.max(0, (putCount * 1_000) / record.order.rate - (deps.clock.monotonicMs() - startMs))
  }

  /** Done is only what a power loss cannot undo: what is done is not looked at again. */
  private async end(): Promise<number | null> {
    const { record, deps } = this
    const isFlushed = record.queues.every(({ storedTo }) => storedTo <= deps.store.flushedPhysicalOffset)
    if (isFlushed) record.state = 'DONE'
    await this.save()
    if (!isFlushed) return FLUSH_POLL_MS
    const { scannedCount, matchedCount, redrivenCount, unroutableCount } = record
    const counts = { scannedCount, matchedCount, redrivenCount, unroutableCount }
    deps.log.info({ redrive: record.id, group: record.order.group, ...counts }, 'redrive of dead letters done')
    return null
  }

  /** Messages are put faster than they are flushed: a place is remembered until the flush has come to it. */
  private noteFlushed(queue: RedriveQueue): void {
    const { nextOffset, storedTo } = queue
    const { flushedPhysicalOffset } = this.deps.store
    const mark = this.marks.get(queue) ?? { nextOffset, storedTo }
    if (mark.storedTo <= flushedPhysicalOffset) {
      queue.flushedOffset = storedTo <= flushedPhysicalOffset ? nextOffset : mark.nextOffset
      this.marks.delete(queue)
    }
    if (storedTo > flushedPhysicalOffset && !this.marks.has(queue)) this.marks.set(queue, { nextOffset, storedTo })
  }

  private async save(): Promise<void> {
    const { record, deps } = this
    for (const queue of record.queues) this.noteFlushed(queue)
    await deps.save()
    this.isUnsaved = false
    this.savedMs = deps.clock.monotonicMs()
  }
}

/** The store did not take a message now. */
class NotStoredYetError extends StorageError {
  override readonly code = 'RMQ_REDRIVE_NOT_STORED'
}
