import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { PopCheckPoint } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { DeadlineQueue } from '../long-polling/deadline-queue'
import { BufferedCheckPoint } from './buffered-check-point'
import type { CheckPointListener } from './check-points'
import { checkPointKey } from './live-check-point'
import type { PopInflightMessages } from './pop-inflight-messages'
import type { PoppedQueue, PopOffsets } from './pop-offsets'

/** A check point that has to leave memory so soon is stored at once. */
const TIME_LEFT_MS = 1_500
/** After a check point could not be stored. */
const RETRY_MS = 1_000

export type PopBufferMergeConfig = Pick<
  BrokerConfig,
  | 'enablePopBufferMerge'
  | 'popCkStayBufferTime'
  | 'popCkStayBufferTimeOut'
  | 'popCkMaxBufferSize'
  | 'popCkOffsetMaxQueueSize'
>

export interface PopBufferMergeServiceDeps {
  readonly offsets: Pick<PopOffsets, 'hold' | 'heldCount'>
  readonly inflight: Pick<PopInflightMessages, 'add'>
  /** Stores a check point in the revive topic, and counts what it has in flight from then on. */
  readonly store: (reviveQueueId: number, checkPoint: PopCheckPoint, listener: CheckPointListener) => void
  readonly clock: Pick<Clock, 'nowMs' | 'after'>
  readonly log: Log
}

/**
 * Keeps check points in memory for a while: most messages are acknowledged soon, and then nothing of them has to be
 * stored. Those that stay for too long are stored with the acks they have. The offset of a queue is only committed up to
 * where nothing depends on memory: after a crash the rest is popped again. Source: broker/processor/PopBufferMergeService.java
 */
export class PopBufferMergeService implements Component {
  private readonly byKey = new Map<string, BufferedCheckPoint>()
  private readonly due = new DeadlineQueue<BufferedCheckPoint>()
  /** On their way to the disk. */
  private readonly stores = new Set<Promise<unknown>>()
  private isServing = false
  private timer: Timer | null = null
  private timerAtMs = Infinity

  constructor(
    private readonly config: PopBufferMergeConfig,
    private readonly deps: PopBufferMergeServiceDeps,
  ) {}

  start(): Promise<void> {
    this.isServing = true
    return Promise.resolve()
  }

  /** Takes nothing more, and resolves when all is stored, or cannot be: that is popped again. */
  async stop(): Promise<void> {
    this.isServing = false
    this.timer?.cancel()
    this.timerAtMs = Infinity
    for (const buffered of this.byKey.values()) if (!buffered.isBeingStored) this.store(buffered)
    await Promise.all(this.stores)
  }

  get size(): number {
    return this.byKey.size
  }

  /** True: it is kept, and so is the offset that the pop ended at. False: it has to be stored now. */
  hold(reviveQueueId: number, checkPoint: PopCheckPoint, nextOffset: number): boolean {
    if (!this.isServing || !this.config.enablePopBufferMerge) return false
    if (!this.hasTime(checkPoint) || !this.hasRoom(checkPoint)) return false
    const key = checkPointKey(checkPoint)
    if (this.byKey.has(key)) return false
    const deadlineMs = this.deadlineOf(checkPoint)
    const onSafe = this.deps.offsets.hold(checkPoint, nextOffset)
    const buffered = new BufferedCheckPoint({ key, reviveQueueId, checkPoint, deadlineMs, onSafe })
    this.byKey.set(key, buffered)
    this.due.add(buffered)
    this.deps.inflight.add(checkPoint, checkPoint.offsets.length)
    this.arm()
    return true
  }

  /** True: the check point is here, and the acks need not be stored. */
  acknowledge(key: string, offsets: readonly number[]): boolean {
    if (this.byKey.size === 0) return false
    const buffered = this.byKey.get(key)
    if (buffered === undefined || buffered.isBeingStored) return false
    const ackedCount = offsets.filter(offset => buffered.acknowledge(offset)).length
    this.deps.inflight.add(buffered.pop.checkPoint, -ackedCount)
    if (buffered.isDone) this.remove(buffered)
    return true
  }

  private hasTime({ popTime, invisibleTime }: PopCheckPoint): boolean {
    const lastMs = popTime + invisibleTime - this.config.popCkStayBufferTimeOut
    return lastMs - this.deps.clock.nowMs() >= TIME_LEFT_MS
  }

  private deadlineOf({ popTime, invisibleTime }: PopCheckPoint): number {
    const { popCkStayBufferTime, popCkStayBufferTimeOut } = this.config
    return popTime + Math.min(popCkStayBufferTime, invisibleTime - popCkStayBufferTimeOut)
  }

  private hasRoom(queue: PoppedQueue): boolean {
    const { popCkMaxBufferSize, popCkOffsetMaxQueueSize } = this.config
    return this.byKey.size < popCkMaxBufferSize && this.deps.offsets.heldCount(queue) < popCkOffsetMaxQueueSize
  }

  private remove(buffered: BufferedCheckPoint): void {
    const { key, checkPoint, onSafe } = buffered.pop
    this.due.remove(buffered)
    this.byKey.delete(key)
    this.deps.inflight.add(checkPoint, -buffered.unacknowledgedCount)
    onSafe()
  }

  private readonly onTimer = (): void => {
    this.timerAtMs = Infinity
    const nowMs = this.deps.clock.nowMs()
    for (let first = this.due.first(); first !== null && first.deadlineMs <= nowMs; first = this.due.first()) {
      this.store(first)
    }
    this.arm()
  }

  private arm(): void {
    const first = this.due.first()
    if (!this.isServing || first === null || first.deadlineMs >= this.timerAtMs) return
    this.timer?.cancel()
    this.timerAtMs = first.deadlineMs
    this.timer = this.deps.clock.after(Math.max(first.deadlineMs - this.deps.clock.nowMs(), 0), this.onTimer)
  }

  private store(buffered: BufferedCheckPoint): void {
    this.due.remove(buffered)
    buffered.isBeingStored = true
    const stored = new Promise<void>(resolve => {
      this.deps.store(buffered.pop.reviveQueueId, buffered.current, err => {
        if (err === null) this.remove(buffered)
        else this.tryAgainLater(buffered, err)
        resolve()
      })
    })
    const done = stored.finally(() => this.stores.delete(done))
    this.stores.add(done)
  }

  private tryAgainLater(buffered: BufferedCheckPoint, err: Error): void {
    const { topic, group, queueId } = buffered.pop.checkPoint
    this.deps.log.error({ err, topic, group, queueId }, 'a check point cannot be stored yet')
    buffered.isBeingStored = false
    buffered.deadlineMs = this.deps.clock.nowMs() + RETRY_MS
    this.due.add(buffered)
    this.arm()
  }
}
