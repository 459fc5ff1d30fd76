import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { MessageStore } from '@rocketmq-ts/store'
import type { CheckPoints } from './check-points'
import type { LiveCheckPoint } from './live-check-point'
import type { MessageReviver } from './message-reviver'
import type { ReviveLog } from './revive-log'
import type { ReviveQueue } from './revive-queue'

/** Whose offset says how far the revive topic is dealt with. Source: common/PopAckConstants.java */
export const REVIVE_GROUP = 'CID_RMQ_SYS_REVIVE_GROUP'
/** Between looks at what others have written, at what can be forgotten, and at a clock that was set. */
const ROUND_MS = 1_000
/** Check points of one revive queue that are given out again at a time: one that hangs holds up no more than its own place. */
const REVIVING_COUNT_MAX = 32
/** How long until the next try, after each in vain. Source: broker/processor/PopReviveService.java */
const RETRY_SECONDS = [10, 20, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200, 1800, 3600, 7200]
/** What comes again so much too late is told to the log, so often. */
const SLOW_MS = 10_000
const SLOW_SAID_EVERY_MS = 60_000
/** A start reads at most so many records, or four for each live check point. */
const SPAN_COUNT_MAX = 20_000
const REWRITTEN_COUNT_MAX = 1_000

export interface PopReviveServiceDeps {
  readonly reviveTopic: string
  readonly queues: readonly ReviveQueue[]
  readonly checkPoints: Pick<CheckPoints, 'acknowledge'>
  readonly reviveLog: Pick<ReviveLog, 'putCheckPoint'>
  readonly reviver: Pick<MessageReviver, 'isWanted' | 'revive'>
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'commit'>
  readonly store: Pick<MessageStore, 'minOffset'>
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  readonly log: Log
}

/** How far behind its time the giving out again is. */
export interface ReviveLag {
  readonly liveCount: number
  /** Since the first check point was due that has not been dealt with. */
  readonly behindMs: number
  /** Records of the revive topic that are not applied yet. */
  readonly behindCount: number
}

/**
 * Gives messages out again that were popped and not acknowledged in time. Each check point is dealt with at its own time,
 * whatever stands before it in its queue; that it has been is written down as an ack, so that a restart does not do it
 * again. Source: broker/processor/PopReviveService.java
 */
export class PopReviveService implements Component {
  private readonly reviving = new Map<ReviveQueue, Set<LiveCheckPoint>>()
  /** Tried in vain, and to be tried again. */
  private readonly failed = new Map<LiveCheckPoint, ReviveQueue>()
  private readonly work = new Set<Promise<void>>()
  private timer: Timer | null = null
  private isRunning = false
  private slowSaidMs = -Infinity

  constructor(
    private readonly config: Pick<BrokerConfig, 'reviveAckWaitMs'>,
    private readonly deps: PopReviveServiceDeps,
  ) {
    for (const queue of deps.queues) this.reviving.set(queue, new Set())
  }

  /** Begins to read what was left; it does not wait for it. */
  start(): Promise<void> {
    const { queues, offsets, store, reviveTopic } = this.deps
    for (const queue of queues) {
      const handled = offsets.query(REVIVE_GROUP, reviveTopic, queue.queueId)
      queue.begin(Math.max(handled + 1, store.minOffset(reviveTopic, queue.queueId)))
    }
    this.isRunning = true
    this.round()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return
    this.isRunning = false
    this.timer?.cancel()
    await Promise.all([...this.work, ...this.deps.queues.map(queue => (queue.isUpToDate ? null : queue.catchUp()))])
    for (const queue of this.deps.queues) this.commit(queue)
  }

  lag(): ReviveLag {
    const lags = this.deps.queues.map(queue => this.lagOf(queue))
    const sum = (of: (lag: ReviveLag) => number): number => lags.reduce((total, lag) => total + of(lag), 0)
    return {
      behindMs: Math.max(0, ...lags.map(lag => lag.behindMs)),
      liveCount: sum(lag => lag.liveCount),
      behindCount: sum(lag => lag.behindCount),
    }
  }

  /** The same of each queue of the revive topic. */
  lagByQueue(): ReadonlyMap<number, ReviveLag> {
    return new Map(this.deps.queues.map(queue => [queue.queueId, this.lagOf(queue)]))
  }

  private lagOf(queue: ReviveQueue): ReviveLag {
    const nowMs = this.deps.clock.nowMs()
    const waiting = queue.due.first()
    let behindMs = 0
    for (const live of [...(waiting ? [waiting] : []), ...(this.reviving.get(queue) ?? []), ...this.failedOf(queue)]) {
      behindMs = Math.max(behindMs, nowMs - live.dueMs)
    }
    return { behindMs, liveCount: queue.liveCount, behindCount: queue.behindCount }
  }

  private failedOf(queue: ReviveQueue): readonly LiveCheckPoint[] {
    const ofQueue = [...this.failed].filter(([, itsQueue]) => itsQueue === queue).map(([live]) => live)
    return ofQueue.filter(live => {
      if (queue.find(live.key) === live) return true
      this.failed.delete(live) // its consumer has acknowledged it after all
      return false
    })
  }

  private readonly round = (): void => {
    if (!this.isRunning) return
    for (const queue of this.deps.queues) {
      if (queue.behindCount > 0) this.follow(queue.catchUp())
      if (queue.isUpToDate) queue.earlyAcks.forgetBefore(this.deps.clock.nowMs() - this.config.reviveAckWaitMs)
      this.reviveDue(queue)
      this.shorten(queue)
      this.commit(queue)
    }
    this.warnIfSlow()
    this.arm()
  }

  private warnIfSlow(): void {
    const lag = this.lag()
    const nowMs = this.deps.clock.nowMs()
    if (lag.behindMs < SLOW_MS || nowMs - this.slowSaidMs < SLOW_SAID_EVERY_MS) return
    this.slowSaidMs = nowMs
    this.deps.log.warn(lag, 'popped messages come again late: see what keeps their retry topics from being written')
  }

  private arm(): void {
    const { queues, clock } = this.deps
    const firstMs = Math.min(...queues.map(queue => this.nextDueMs(queue)))
    const waitMs = Math.min(Math.max(Math.ceil(firstMs - clock.nowMs()), 1), ROUND_MS)
    this.timer?.cancel()
    this.timer = clock.after(waitMs, this.round)
  }

  private nextDueMs(queue: ReviveQueue): number {
    const isBusy = !queue.isUpToDate || (this.reviving.get(queue)?.size ?? 0) >= REVIVING_COUNT_MAX
    return isBusy ? Infinity : (queue.due.first()?.deadlineMs ?? Infinity)
  }

  private reviveDue(queue: ReviveQueue): void {
    const nowMs = this.deps.clock.nowMs()
    while (this.nextDueMs(queue) <= nowMs) {
      const checkPoint = queue.due.first()
      if (checkPoint === null) return
      queue.due.remove(checkPoint)
      this.reviving.get(queue)?.add(checkPoint)
      this.follow(this.revive(queue, checkPoint))
    }
  }

  private async revive(queue: ReviveQueue, live: LiveCheckPoint): Promise<void> {
    try {
      const isWanted = this.deps.reviver.isWanted(live.checkPoint)
      for (const offset of live.unacknowledged) {
        if (!this.isRunning) return
        if (live.isAcknowledged(offset)) continue
        if (isWanted) await this.deps.reviver.revive(live.checkPoint, offset)
        await this.acknowledge(queue, live, offset)
      }
      this.failed.delete(live)
    } catch (error) {
      if (!(error instanceof RocketmqError)) throw error
      this.tryAgainLater(queue, live, error)
    } finally {
      this.reviving.get(queue)?.delete(live)
    }
  }

  private acknowledge({ queueId }: ReviveQueue, { checkPoint }: LiveCheckPoint, offset: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.deps.checkPoints.acknowledge(queueId, { ...checkPoint, offsets: [offset] }, Infinity, error => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  }

  private tryAgainLater(queue: ReviveQueue, live: LiveCheckPoint, err: Error): void {
    const seconds = RETRY_SECONDS[Math.min(live.rePutTimes, RETRY_SECONDS.length - 1)] ?? 0
    live.rePutTimes += 1
    this.failed.set(live, queue)
    live.deadlineMs = this.deps.clock.nowMs() + seconds * 1000
    queue.due.add(live)
    const { topic, group, queueId } = live.checkPoint
    this.deps.log.error({ err, topic, group, queueId, retrySeconds: seconds }, 'popped messages cannot come again yet')
  }

  /**
   * Check points that live for long hold the start of their queue: written again at its end, they let go of it. So a
   * start reads a few records for each that is live, however many have come and gone since.
   */
  private shorten(queue: ReviveQueue): void {
    const oldestKept = queue.nextOffset - Math.max(SPAN_COUNT_MAX, 4 * queue.liveCount)
    if (!queue.isUpToDate || queue.neededOffset >= oldestKept) return
    let count = 0
    for (const live of queue.all()) {
      if (live.reviveOffset >= oldestKept || (count += 1) > REWRITTEN_COUNT_MAX) return
      const checkPoint = live.current
      this.deps.reviveLog.putCheckPoint(queue.queueId, checkPoint, {
        onPut: ({ status, queueOffset }) => {
          if (status === 'PUT_OK') queue.checkPointStored(checkPoint, queueOffset)
        },
      })
    }
  }

  private commit(queue: ReviveQueue): void {
    const { offsets, reviveTopic: topic } = this.deps
    const { queueId } = queue
    const offset = queue.neededOffset - 1
    if (offset <= offsets.query(REVIVE_GROUP, topic, queueId)) return
    offsets.commit({ group: REVIVE_GROUP, topic, queueId, offset })
  }

  private follow(work: Promise<void>): void {
    const done = work.finally(() => {
      this.work.delete(done)
      if (this.isRunning) this.arm()
    })
    this.work.add(done)
  }
}
