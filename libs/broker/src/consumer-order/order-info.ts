import type { OrderInfoContent } from '@rocketmq-ts/protocol'

/** What a consumer was given of one queue. */
export interface OrderedBatch {
  /** Names the attempt of a consumer that may ask again for the same messages; null for none. */
  readonly attemptId: string | null
  readonly popTime: number
  readonly invisibleTime: number
  /** From the smallest on. */
  readonly offsets: readonly number[]
}

/**
 * The messages of a queue that a group has in its hands: until they are acknowledged, or their time is up, it gets no
 * others of the queue. What lies before the committed offset counts as acknowledged, whatever is known here: after a
 * crash one of the two may be older. Source: broker/pop/orderly/QueueLevelConsumerManager.java
 */
export class OrderInfo {
  private readonly acknowledged = new Set<number>()
  /** Of those whose invisible time was changed. */
  private readonly visibleAtMs = new Map<number, number>()

  private constructor(
    readonly batch: OrderedBatch,
    private readonly poppedAtMs: number,
    /** How often each was popped before; null while none was. */
    private readonly counts: ReadonlyMap<number, number> | null,
  ) {}

  /** What is popped again counts one time more, unless it is the same attempt that asks again. */
  static following(previous: OrderInfo | null, batch: OrderedBatch, nowMs: number): OrderInfo {
    if (previous === null) return new OrderInfo(batch, nowMs, null)
    if (previous.isOfAttempt(batch.attemptId)) return new OrderInfo(batch, nowMs, previous.consumedCounts)
    const again = batch.offsets.filter(offset => previous.batch.offsets.includes(offset))
    return new OrderInfo(
      batch,
      nowMs,
      new Map(again.map(offset => [offset, (previous.consumedCounts.get(offset) ?? 0) + 1])),
    )
  }

  static restored({ a, cm, i, l, o, oc, ot, popTime }: OrderInfoContent): OrderInfo {
    const first = o[0] ?? 0
    const offsets = o.map((offset, index) => (index === 0 ? first : first + offset))
    const info = new OrderInfo({ attemptId: a, popTime, invisibleTime: i ?? 0, offsets }, l, oc)
    const bits = BigInt.asUintN(64, BigInt(cm))
    for (const [index, offset] of offsets.entries()) {
      if (((bits >> BigInt(index)) & 1n) === 1n) info.acknowledged.add(offset)
    }
    for (const [offset, atMs] of ot ?? []) info.visibleAtMs.set(offset, atMs)
    return info
  }

  get consumedCounts(): ReadonlyMap<number, number> {
    return this.counts ?? new Map<number, number>()
  }

  get lastConsumedMs(): number {
    return this.poppedAtMs
  }

  isOfAttempt(attemptId: string | null): boolean {
    return attemptId !== null && attemptId === this.batch.attemptId
  }

  /** False if it is none of these. */
  acknowledge(offset: number): boolean {
    if (!this.batch.offsets.includes(offset)) return false
    this.acknowledged.add(offset)
    return true
  }

  setVisibleAt(offset: number, atMs: number): void {
    this.visibleAtMs.set(offset, atMs)
  }

  /** The same messages, all invisible until then, and with one attempt less where they had one. */
  suspended(untilMs: number): OrderInfo {
    const { batch, poppedAtMs } = this
    const counts = new Map([...this.consumedCounts].map(([offset, count]) => [offset, Math.max(0, count - 1)]))
    const invisibleTime = untilMs - batch.popTime
    const info = new OrderInfo({ ...batch, invisibleTime }, poppedAtMs, this.counts === null ? null : counts)
    for (const offset of this.acknowledged) info.acknowledged.add(offset)
    return info
  }

  /** The first that is not acknowledged, or else the one after the last. */
  nextOffset(committedOffset: number): number {
    const { offsets } = this.batch
    return offsets.find(offset => this.isOpen(offset, committedOffset)) ?? (offsets.at(-1) ?? -1) + 1
  }

  /** When the group may have more of the queue: when none that is not acknowledged is invisible any longer. */
  freeAtMs(committedOffset: number): number {
    const { offsets, popTime, invisibleTime } = this.batch
    let freeAtMs = 0
    for (const offset of offsets) {
      if (!this.isOpen(offset, committedOffset)) continue
      freeAtMs = Math.max(freeAtMs, this.visibleAtMs.get(offset) ?? popTime + invisibleTime)
    }
    return freeAtMs
  }

  content(): OrderInfoContent {
    const { attemptId, popTime, invisibleTime, offsets } = this.batch
    const first = offsets[0] ?? 0
    const acknowledgedBits = offsets.map((offset, index) => (this.acknowledged.has(offset) ? 2 ** index : 0))
    return {
      a: attemptId,
      cm: acknowledgedBits.reduce((sum, bit) => sum + bit, 0),
      i: invisibleTime,
      l: this.poppedAtMs,
      o: offsets.map((offset, index) => (index === 0 ? offset : offset - first)),
      oc: this.counts,
      ot: this.visibleAtMs.size === 0 ? null : this.visibleAtMs,
      popTime,
    }
  }

  private isOpen(offset: number, committedOffset: number): boolean {
    return offset >= committedOffset && !this.acknowledged.has(offset)
  }
}
