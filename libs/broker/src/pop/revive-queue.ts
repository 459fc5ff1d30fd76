import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import type { PopAck, PopCheckPoint, StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import { DeadlineQueue } from '../long-polling/deadline-queue'
import { getMessages, messagesIn } from '../messages/store-calls'
import { EarlyAcks } from './early-acks'
import { checkPointKey, LiveCheckPoint } from './live-check-point'
import type { PopInflightMessages } from './pop-inflight-messages'
import { readReviveRecord } from './revive-record'

/** An acknowledgement that is on its way when its time runs out still counts. Source: common/PopAckConstants.java */
const GRACE_MS = 1_000
const READ_COUNT_MAX = 32

export interface ReviveQueueConfig {
  readonly reviveTopic: string
  readonly queueId: number
  readonly brokerName: string
}

export interface ReviveQueueDeps {
  readonly store: Pick<MessageStore, 'get' | 'maxOffset'>
  readonly inflight: Pick<PopInflightMessages, 'add'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/**
 * One queue of the revive topic, and what it amounts to: the check points with messages that are not acknowledged. What
 * this broker writes itself is applied as it is stored; what others wrote, or this one before its start, is read.
 */
export class ReviveQueue {
  /** Check points by when they are due; those being revived are not in it. */
  readonly due = new DeadlineQueue<LiveCheckPoint>()
  readonly earlyAcks = new EarlyAcks()
  /** In the order of their records. */
  private readonly live = new Map<string, LiveCheckPoint>()
  private reading: Promise<void> | null = null
  private appliedOffset = 0
  private startOffset = 0

  constructor(
    private readonly config: ReviveQueueConfig,
    private readonly deps: ReviveQueueDeps,
  ) {}

  get queueId(): number {
    return this.config.queueId
  }

  get liveCount(): number {
    return this.live.size
  }

  /** Every record before it is applied. */
  get nextOffset(): number {
    return this.appliedOffset
  }

  /** All that was there at the start is applied, and nothing is being read: what is due now is due for certain. */
  get isUpToDate(): boolean {
    return this.reading === null && this.appliedOffset >= this.startOffset
  }

  /** Records that are stored and not applied. */
  get behindCount(): number {
    return Math.max(0, this.deps.store.maxOffset(this.config.reviveTopic, this.queueId) - this.appliedOffset)
  }

  /** The first record that a later start must read. */
  get neededOffset(): number {
    const oldest = this.oldest()
    return Math.min(oldest === null ? Infinity : oldest.reviveOffset, this.earlyAcks.oldestOffset, this.appliedOffset)
  }

  oldest(): LiveCheckPoint | null {
    for (const checkPoint of this.live.values()) return checkPoint
    return null
  }

  /** The check points in the order of their records. */
  all(): Iterable<LiveCheckPoint> {
    return this.live.values()
  }

  find(key: string): LiveCheckPoint | null {
    return this.live.get(key) ?? null
  }

  /** Goes on at this record. */
  begin(offset: number): void {
    this.appliedOffset = offset
    this.startOffset = this.deps.store.maxOffset(this.config.reviveTopic, this.queueId)
  }

  checkPointStored(checkPoint: PopCheckPoint, offset: number): void {
    if (this.isNext(offset)) this.applyCheckPoint(checkPoint, offset)
  }

  ackStored(ack: PopAck, offset: number): void {
    if (this.isNext(offset)) this.applyAck(ack, offset, this.deps.clock.nowMs())
  }

  /** Reads what is stored and not applied yet. Rejects never; after a failure the next call goes on. */
  catchUp(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = null))
    return this.reading
  }

  /** Nothing is left to do for it. */
  remove(checkPoint: LiveCheckPoint): void {
    this.due.remove(checkPoint)
    this.leave(checkPoint)
  }

  /** False: someone else's records stand before, or it has been read already. */
  private isNext(offset: number): boolean {
    if (offset > this.appliedOffset) void this.catchUp()
    if (offset !== this.appliedOffset) return false
    this.appliedOffset += 1
    return true
  }

  private async read(): Promise<void> {
    try {
      while (this.behindCount > 0) await this.readSome()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.deps.log.error({ err: error, ...this.config, offset: this.appliedOffset }, 'check points cannot be read')
    }
  }

  private async readSome(): Promise<void> {
    const { reviveTopic: topic, queueId } = this.config
    const query = { topic, queueId, messageCountMax: READ_COUNT_MAX, bytesMax: null, filter: null }
    const batch = await getMessages(this.deps.store, { ...query, queueOffset: this.appliedOffset })
    try {
      for (const message of messagesIn(batch)) this.apply(message)
    } finally {
      batch.release()
    }
    this.appliedOffset = Math.max(this.appliedOffset, batch.nextBeginOffset)
  }

  private apply(message: StoredMessage): void {
    const { queueOffset, storeTimestamp } = message
    if (queueOffset < this.appliedOffset) return
    const record = readReviveRecord(message, this.config.brokerName)
    if (record.kind === 'checkPoint') this.applyCheckPoint(record.checkPoint, queueOffset)
    else if (record.kind === 'ack') this.applyAck(record.ack, queueOffset, storeTimestamp)
    else {
      const { queueId } = this
      this.deps.log.warn({ queueId, queueOffset, err: record.error }, 'no check point and no ack: passed over')
    }
    this.appliedOffset = queueOffset + 1
  }

  private applyCheckPoint(checkPoint: PopCheckPoint, offset: number): void {
    const live = this.liveOf(checkPoint, offset)
    for (const acked of this.earlyAcks.take(live.key)) this.acknowledge(live, acked)
    if (live.isDone) this.remove(live)
  }

  /** One that is written again, so that what lies before it can be forgotten, stays the same check point. */
  private liveOf(checkPoint: PopCheckPoint, offset: number): LiveCheckPoint {
    const fresh = new LiveCheckPoint(checkPoint, offset, GRACE_MS)
    const known = this.live.get(fresh.key)
    if (known === undefined) {
      this.enter(fresh)
      this.due.add(fresh)
      return fresh
    }
    this.leave(known)
    if (!known.hasSameOffsets(fresh)) {
      this.due.remove(known)
      const merged = known.mergedWith(fresh, GRACE_MS)
      this.enter(merged)
      this.due.add(merged)
      return merged
    }
    known.ackedBits |= fresh.ackedBits
    known.reviveOffset = offset
    this.enter(known)
    return known
  }

  private enter(live: LiveCheckPoint): void {
    this.live.set(live.key, live)
    this.deps.inflight.add(live.checkPoint, live.unacknowledged.length)
  }

  private leave(live: LiveCheckPoint): void {
    if (this.live.delete(live.key)) this.deps.inflight.add(live.checkPoint, -live.unacknowledged.length)
  }

  private acknowledge(live: LiveCheckPoint, offset: number): void {
    if (live.acknowledge(offset)) this.deps.inflight.add(live.checkPoint, -1)
  }

  private applyAck(ack: PopAck, offset: number, storeTimestamp: number): void {
    const key = checkPointKey(ack)
    const live = this.live.get(key)
    if (live === undefined) {
      this.earlyAcks.add(key, { offsets: ack.offsets, reviveOffset: offset, storeTimestamp })
      return
    }
    for (const acked of ack.offsets) this.acknowledge(live, acked)
    if (live.isDone) this.remove(live)
  }
}
