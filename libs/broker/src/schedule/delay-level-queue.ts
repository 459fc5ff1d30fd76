import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type {
  GetMessageResult,
  GetMessageStatus,
  MessageArrival,
  MessageStore,
  PutMessageResult,
} from '@rocketmq-ts/store'
import type { PropertyScan } from '../messages/property-scan'
import { isImpossible, isStored } from '../messages/put-status'
import { getMessages, messagesIn } from '../messages/store-calls'
import { SystemTopic } from '../topics/topic-names'
import { dueMessageOf } from './due-message'

/** Read together, and delivered together when they are due. */
const BATCH_COUNT_MAX = 32
/** What was read is kept for so long when its next message is not due yet, instead of being read again. */
const KEEP_BATCH_MS = 1_000
/** How late a message may come when someone sets the wall clock ahead. */
const CLOCK_CHECK_MS = 10_000
const RETRY_MS = 1_000

export interface DelayLevelQueueDeps {
  readonly store: Pick<MessageStore, 'get' | 'put'>
  readonly clock: Pick<Clock, 'nowMs' | 'after' | 'endOfTurn'>
  readonly log: Log
  /** Shared by all levels: one message is looked at at a time. */
  readonly scan: PropertyScan
  readonly onDelivered: (topic: string, storedBytes: number) => void
}

export interface DelayLevelQueueConfig {
  readonly queueId: number
  readonly delayMs: number
}

/** Of a delayed message: its number in the queue of its level, and where it lies. */
type Place = Pick<StoredMessage, 'queueOffset' | 'physicalOffset'>

/**
 * One delay level: a queue of the schedule topic, in which messages come due in the order in which they stand. Delivers
 * its head when that is due and sleeps until then; when it is empty, until a message arrives. A message that cannot be
 * stored is tried again, and nothing after it is delivered before. Source: broker/schedule/ScheduleMessageService.java
 */
export class DelayLevelQueue {
  /** Everything before it is delivered. */
  private deliveredOffset = 0
  /** Everything before it was given to the store. */
  private handedOffset = 0
  /** After the newest message that is known of. */
  private arrivedOffset = 0
  private firstFailedOffset: number | null = null
  private failure: string | null = null
  private pendingCount = 0
  private isStopped = true
  /** Said once in the log, until it is over. */
  private isFailing = false
  private loop: Promise<void> = Promise.resolve()
  private onSettled: (() => void) | null = null
  private onArrived: (() => void) | null = null
  private endSleep: (() => void) | null = null

  constructor(
    private readonly config: DelayLevelQueueConfig,
    private readonly deps: DelayLevelQueueDeps,
  ) {}

  /** Number of the first message that is not delivered for certain. */
  get offset(): number {
    return this.deliveredOffset
  }

  start(offset: number): void {
    this.isStopped = false
    this.deliveredOffset = offset
    this.loop = this.run()
  }

  /** Resolves when no delivery is under way. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.endSleep?.()
    this.onArrived?.()
    await this.loop
  }

  arrived({ queueOffset }: Pick<MessageArrival, 'queueOffset'>): void {
    this.arrivedOffset = queueOffset + 1
    this.onArrived?.()
  }

  private async run(): Promise<void> {
    const { clock, log } = this.deps
    while (!this.isStopped) {
      try {
        await this.deliverNext()
        this.isFailing = false
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        if (!this.isFailing)
          log.error({ err: error, ...this.config, offset: this.offset }, 'delayed messages wait longer')
        this.isFailing = true
        await this.sleep(RETRY_MS)
      }
      // The rest of the broker comes in between, also when thousands of messages are due at once.
      await new Promise<void>(resolve => clock.endOfTurn(resolve))
    }
  }

  private async deliverNext(): Promise<void> {
    const batch = await getMessages(this.deps.store, {
      topic: SystemTopic.SCHEDULE,
      queueId: this.config.queueId,
      queueOffset: this.deliveredOffset,
      messageCountMax: BATCH_COUNT_MAX,
      bytesMax: null,
      filter: null,
    })
    const { status, nextBeginOffset } = batch
    let dueMs: number | null = null
    try {
      if (status === 'FOUND') dueMs = await this.deliverDue(batch)
    } finally {
      batch.release()
    }
    if (dueMs !== null) await this.sleepUntil(dueMs)
    else if (status !== 'FOUND' && nextBeginOffset === this.deliveredOffset) await this.nextArrival()
    else if (status !== 'FOUND') this.skipTo(nextBeginOffset, status)
  }

  /** Delivers a batch to its end, or to the first message that is not due for long: returns when that will be. */
  private async deliverDue(batch: GetMessageResult): Promise<number | null> {
    this.handedOffset = this.deliveredOffset
    for (const message of messagesIn(batch)) {
      const dueMs = this.dueMsOf(message)
      const waitMs = dueMs - this.deps.clock.nowMs()
      if (waitMs > 0) await this.settled()
      if (waitMs > KEEP_BATCH_MS) return dueMs
      await this.sleepUntil(dueMs)
      if (this.isStopped || this.firstFailedOffset !== null) break
      this.handOver(message)
    }
    await this.settled()
    return null
  }

  /** If the clock was set back, a message is not held for longer than its delay from now on. */
  private dueMsOf({ storeTimestamp }: StoredMessage): number {
    const dueMs = storeTimestamp + this.config.delayMs
    const nowMs = this.deps.clock.nowMs()
    return dueMs > nowMs + this.config.delayMs ? nowMs : dueMs
  }

  private handOver(message: StoredMessage): void {
    const { physicalOffset, queueOffset } = message
    this.handedOffset = queueOffset + 1
    const due = dueMessageOf(message, this.deps.scan)
    if (due === null) {
      this.deps.log.error({ physicalOffset }, 'delayed message dropped: it names no topic that it may go to')
      return
    }
    this.pendingCount += 1
    this.deps.store.put(due, { onPut: result => this.onPut(due.topic, { queueOffset, physicalOffset }, result) })
  }

  private onPut(topic: string, place: Place, { status, reason, storedBytes }: PutMessageResult): void {
    const { queueOffset, physicalOffset } = place
    this.pendingCount -= 1
    if (isStored(status)) this.deps.onDelivered(topic, storedBytes)
    else if (isImpossible(status)) {
      this.deps.log.error(
        { physicalOffset, topic, status, reason },
        'delayed message dropped: the store will never take it',
      )
    } else if (queueOffset < (this.firstFailedOffset ?? Infinity)) {
      this.firstFailedOffset = queueOffset
      this.failure = reason ?? status
    }
    if (this.pendingCount === 0) this.onSettled?.()
  }

  /** Waits for what was given to the store. Throws StorageError if it did not take all. */
  private async settled(): Promise<void> {
    if (this.pendingCount > 0) await new Promise<void>(resolve => (this.onSettled = resolve))
    this.onSettled = null
    this.deliveredOffset = this.firstFailedOffset ?? this.handedOffset
    if (this.firstFailedOffset === null) return
    this.firstFailedOffset = null
    throw new StorageError(`a delayed message was not stored: ${this.failure ?? ''}`)
  }

  private skipTo(nextOffset: number, status: GetMessageStatus): void {
    const { deliveredOffset: offset } = this
    this.deps.log.warn({ ...this.config, offset, nextOffset, status }, 'delayed messages are no longer there')
    this.deliveredOffset = nextOffset
  }

  private async nextArrival(): Promise<void> {
    if (this.isStopped || this.arrivedOffset > this.deliveredOffset) return
    await new Promise<void>(resolve => (this.onArrived = resolve))
    this.onArrived = null
  }

  private async sleepUntil(wakeMs: number): Promise<void> {
    for (let ms = wakeMs - this.deps.clock.nowMs(); ms > 0; ms = wakeMs - this.deps.clock.nowMs()) {
      if (this.isStopped) return
      await this.sleep(Math.min(ms, CLOCK_CHECK_MS))
    }
  }

  private async sleep(ms: number): Promise<void> {
    if (this.isStopped) return
    await new Promise<void>(resolve => {
      const timer = this.deps.clock.after(ms, resolve)
      this.endSleep = () => {
        timer.cancel()
        resolve()
      }
    })
    this.endSleep = null
  }
}
