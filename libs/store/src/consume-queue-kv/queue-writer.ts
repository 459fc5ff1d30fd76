import type { Clock } from '@rocketmq-ts/base'
import type { TailBudget } from '../consume-queue/entry-tail'
import { ENTRY_BYTES } from '../consume-queue/consume-queue-entry'
import { inStretches } from '../consume-queue/stretches'
import type { KvConsumeQueue } from './kv-consume-queue'
import type { KeyValueBatch, KeyValueDatabase } from '../key-value/key-value-database'
import { NEXT_NUMBER_KEY, goneKey, queueKey, runsOf } from './queue-records'

const BATCH_BYTES = 1024 ** 2
/** What a queue takes of a batch beside its entries, about. */
const QUEUE_BYTES = 128

export interface QueueWriterDeps {
  readonly clock: Clock
  readonly database: () => KeyValueDatabase
  readonly budget: TailBudget
}

interface StagedQueue {
  readonly queue: KvConsumeQueue
  /** The batch has its entries before it. */
  readonly untilOffset: number
}

/**
 * Brings to the database what the queues have in memory: batches of about 1 MiB, one after the other. What a batch says
 * of a queue is complete, so after a crash each queue is what it was at some time, whole.
 */
export class QueueWriter {
  /** The number that the next queue gets, and no other ever. */
  nextNumber = 1
  private readonly dirty = new Set<KvConsumeQueue>()
  /** Have entries in memory; those written longest ago come first. */
  private readonly tailed = new Set<KvConsumeQueue>()
  /** Have runs that are no longer served. */
  private readonly expired = new Set<KvConsumeQueue>()
  /** Numbers of queues that are gone: the database does not know it yet. */
  private gone: number[] = []
  /** Numbers of queues that are gone and may have runs left. */
  private leftOver: number[] = []
  private line: Promise<void> = Promise.resolve()

  constructor(private readonly deps: QueueWriterDeps) {}

  takeNumber(): number {
    this.nextNumber += 1
    return this.nextNumber - 1
  }

  onDirty(queue: KvConsumeQueue): void {
    this.dirty.add(queue)
  }

  /** The runs before its minOffset go with the next write. */
  onExpired(queue: KvConsumeQueue): void {
    this.expired.add(queue)
  }

  /** What the database has under the number goes with the next write. */
  onGone(number: number): void {
    this.gone.push(number)
  }

  /** The database says that the queue is gone. */
  onLeftOver(number: number): void {
    this.leftOver.push(number)
  }

  /** The queue and what is remembered of it are gone. */
  forget(queue: KvConsumeQueue): void {
    this.dirty.delete(queue)
    this.tailed.delete(queue)
    this.expired.delete(queue)
    this.onGone(queue.number)
  }

  /** Resolves when the database has all that was there before the call. Rejects with StorageError. */
  writeOut(): Promise<void> {
    const done = this.line.then(() => this.write())
    this.line = done.catch(() => undefined)
    return done
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.line
  }

  /** A queue that begins anew has two numbers for a while: the old one goes first. */
  private async write(): Promise<void> {
    await this.writeGone()
    await this.writeDirty()
    await this.removeExpired()
    await this.removeLeftOver()
    this.forgetTails()
  }

  private async writeGone(): Promise<void> {
    const numbers = [...this.gone]
    if (numbers.length === 0) return
    const batch = this.deps.database().batch()
    for (const number of numbers) {
      for (const isOfBatches of [false, true]) batch.remove(queueKey(number, isOfBatches))
      batch.put(goneKey(number), Buffer.alloc(0))
    }
    this.putNextNumber(batch)
    await batch.write()
    this.gone = this.gone.slice(numbers.length)
    this.leftOver.push(...numbers)
  }

  private async writeDirty(): Promise<void> {
    const { clock, database } = this.deps
    let batch = database().batch()
    let staged: StagedQueue[] = []
    let bytes = 0
    const endBatch = async (): Promise<void> => {
      if (staged.length > 0) await this.commit(batch, staged)
      batch = database().batch()
      staged = []
      bytes = 0
    }
    await inStretches(clock, [...this.dirty], async queue => {
      this.dirty.delete(queue)
      queue.isDirty = false
      for (let fromOffset = queue.writtenOffset; !queue.isGone;) {
        const untilOffset = queue.stage(batch, fromOffset)
        staged.push({ queue, untilOffset })
        bytes += (untilOffset - fromOffset) * ENTRY_BYTES + QUEUE_BYTES // of batches that is more than it is
        if (bytes >= BATCH_BYTES) await endBatch()
        if (untilOffset === queue.maxOffset) break
        fromOffset = untilOffset
      }
    })
    await endBatch()
  }

  private async commit(batch: KeyValueBatch, staged: readonly StagedQueue[]): Promise<void> {
    this.putNextNumber(batch)
    try {
      await batch.write()
    } catch (error) {
      for (const { queue } of staged) queue.isDirty = true
      for (const { queue } of staged) this.dirty.add(queue)
      throw error
    }
    for (const { queue, untilOffset } of staged) {
      if (queue.isGone) continue
      queue.writtenOffset = untilOffset
      this.tailed.delete(queue)
      this.tailed.add(queue)
    }
  }

  private async removeExpired(): Promise<void> {
    for (const queue of [...this.expired]) {
      await this.deps.database().removeRange(runsOf(queue.number, 0, queue.minOffset))
      this.expired.delete(queue)
    }
  }

  private async removeLeftOver(): Promise<void> {
    if (this.leftOver.length === 0) return
    const batch = this.deps.database().batch()
    for (const number of this.leftOver) {
      await this.deps.database().removeRange(runsOf(number))
      batch.remove(goneKey(number))
    }
    await batch.write()
    this.leftOver = []
  }

  /** Number after number is used once, so that a run which a crash brought back is nobody's. */
  private putNextNumber(batch: KeyValueBatch): void {
    const number = Buffer.alloc(4)
    number.writeUInt32BE(this.nextNumber)
    batch.put(NEXT_NUMBER_KEY, number)
  }

  /** Gives memory back until the tails are within their limit, longest written first. */
  private forgetTails(): void {
    for (const queue of this.tailed) {
      if (!this.deps.budget.isExceeded) return
      queue.forgetTail()
      this.tailed.delete(queue)
    }
  }
}
