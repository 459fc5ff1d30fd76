import type { Clock, Log, Timer } from '@rocketmq-ts/base'
import { tagsCodeOf } from '@rocketmq-ts/protocol'
import type { MessageStore, MessageToStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { isStored } from '../messages/put-status'
import { putMessage } from '../messages/store-calls'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { SystemTopic } from '../topics/topic-names'

/** Says that the half messages named in the body are done with. */
export const OP_TAG = 'd'
const OP_PROPERTIES = Buffer.from(`WAIT\x01true\x02TAGS\x01${OP_TAG}\x02`)
/** Ended transactions that wait for their op message; while there are more, none is ended. */
const ENDED_COUNT_MAX = 20_000

export type OpBatchConfig = Pick<BrokerConfig, 'transactionOpMsgMaxSize' | 'transactionOpBatchInterval'>

export interface OpBatchServiceDeps {
  readonly store: Pick<MessageStore, 'put'>
  /** Of this broker: it is whom op messages come from. */
  readonly storeHost: Buffer
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly clock: Pick<Clock, 'after' | 'nowMs'>
  readonly log: Log
}

/** An op message in its queue, and the greatest half queue offset that it names; -1 for none. */
export interface OpMessage {
  readonly queueOffset: number
  readonly greatestHalfOffset: number
}

/**
 * Writes which half messages have ended, many in one message: `12,13,` on the op topic. Until then a crash forgets that
 * a transaction was rolled back, and its producer is asked; that it was committed, the message itself shows.
 * Source: broker/transaction/queue/TransactionalOpBatchService.java
 */
export class OpBatchService {
  /** Op messages, oldest first, that name a half message which is not done with. */
  private readonly written: OpMessage[] = []
  private pending: string[] = []
  private pendingBytes = 0
  private timer: Timer | null = null
  private flushing: Promise<void> = Promise.resolve()
  private isStopped = false

  constructor(
    private readonly config: OpBatchConfig,
    private readonly deps: OpBatchServiceDeps,
  ) {}

  get isFull(): boolean {
    return this.pending.length >= ENDED_COUNT_MAX
  }

  add(halfOffset: number): void {
    const text = `${halfOffset},`
    this.pending.push(text)
    this.pendingBytes += text.length
    if (this.pendingBytes > this.config.transactionOpMsgMaxSize) void this.flush()
    else this.flushLater()
  }

  /** An op message of an earlier process. */
  found(message: OpMessage): void {
    this.written.push(message)
  }

  /** Writes all there is; what cannot be stored waits for the next time. */
  flush(): Promise<void> {
    this.timer?.cancel()
    this.timer = null
    this.flushing = this.flushing.then(() => this.writeAll())
    return this.flushing
  }

  async stop(): Promise<void> {
    this.isStopped = true
    await this.flush()
  }

  /** Where the op queue has nothing more to say about half messages from `halfOffset` on; null if nothing changed. */
  doneBefore(halfOffset: number): number | null {
    let count = 0
    let doneOffset: number | null = null
    for (const { queueOffset, greatestHalfOffset } of this.written) {
      if (greatestHalfOffset >= halfOffset) break
      doneOffset = Math.max(doneOffset ?? 0, queueOffset + 1)
      count += 1
    }
    this.written.splice(0, count)
    return doneOffset
  }

  private async writeAll(): Promise<void> {
    while (this.pending.length > 0) {
      const offsets = this.takeNext()
      if (await this.write(offsets)) continue
      this.pending = [...offsets, ...this.pending]
      this.pendingBytes += offsets.join('').length
      this.flushLater()
      return
    }
  }

  private flushLater(): void {
    if (this.isStopped) return
    this.timer ??= this.deps.clock.after(this.config.transactionOpBatchInterval, () => void this.flush())
  }

  /** As many as one message takes; the last one may go past its size. */
  private takeNext(): string[] {
    let count = 0
    let bytes = 0
    while (count < this.pending.length && bytes < Math.max(1, this.config.transactionOpMsgMaxSize)) {
      bytes += (this.pending[count] as string).length
      count += 1
    }
    this.pendingBytes -= bytes
    return this.pending.splice(0, count)
  }

  private async write(offsets: readonly string[]): Promise<boolean> {
    const { store, statistics, log } = this.deps
    const { status, reason, queueOffset, storedBytes } = await putMessage(store, this.opMessage(offsets.join('')))
    if (!isStored(status)) {
      log.error({ status, reason, count: offsets.length }, 'ended transactions cannot be noted, it is tried again')
      return false
    }
    statistics.onPut(SystemTopic.TRANSACTION_OP_HALF, 1, storedBytes)
    this.written.push({ queueOffset, greatestHalfOffset: Math.max(...offsets.map(text => parseInt(text, 10))) })
    return true
  }

  private opMessage(text: string): MessageToStore {
    return {
      topic: SystemTopic.TRANSACTION_OP_HALF,
      queueId: 0,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: this.deps.clock.nowMs(),
      bornHost: this.deps.storeHost,
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from(text),
      properties: OP_PROPERTIES,
      tagsCode: tagsCodeOf(OP_TAG),
      waitStoreMessageOk: true,
    }
  }
}
