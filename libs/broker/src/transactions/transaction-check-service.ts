import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { SystemTopic } from '../topics/topic-names'
import type { HalfChecks } from './half-checks'
import { readQueue } from './half-queues'
import { HalfState } from './half-states'
import type { TransactionProgress } from './transaction-progress'
import type { TransactionTable } from './transaction-table'

export interface TransactionCheckServiceDeps {
  readonly config: Pick<BrokerConfig, 'transactionCheckInterval'>
  readonly store: Pick<MessageStore, 'get' | 'minOffset' | 'maxOffset'>
  readonly table: TransactionTable
  readonly halfChecks: HalfChecks
  readonly progress: Pick<TransactionProgress, 'note'>
  readonly clock: Pick<Clock, 'after' | 'nowMs'>
  readonly log: Log
}

/**
 * Goes along the half queue every `transactionCheckInterval`, from the first message that may be open to those that are
 * too fresh, and has each open one checked. Source: broker/transaction/TransactionalMessageCheckService.java
 */
export class TransactionCheckService implements Component {
  private timer: Timer | null = null
  private round: Promise<void> = Promise.resolve()
  private isStopped = true

  constructor(private readonly deps: TransactionCheckServiceDeps) {}

  start(): Promise<void> {
    this.isStopped = false
    this.wait()
    return Promise.resolve()
  }

  /** Resolves when no check is under way. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.timer?.cancel()
    await this.round
  }

  private wait(): void {
    const { clock, config } = this.deps
    if (this.isStopped) return
    this.timer = clock.after(config.transactionCheckInterval, () => {
      this.round = this.check().then(() => this.wait())
    })
  }

  private async check(): Promise<void> {
    const { halfChecks, table, progress, log } = this.deps
    halfChecks.beginRound()
    try {
      await this.checkQueue()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      log.error({ err: error }, 'transactions cannot be checked, the next round tries again')
    }
    halfChecks.endRound()
    progress.note(table.beginOffset)
  }

  private async checkQueue(): Promise<void> {
    const { store, table } = this.deps
    const topic = SystemTopic.TRANSACTION_HALF
    const endOffset = store.maxOffset(topic, 0)
    table.skipTo(Math.min(store.minOffset(topic, 0), endOffset))
    table.advance(endOffset)
    let nextOffset = table.beginOffset
    await readQueue(store, { topic, queueId: 0, fromOffset: nextOffset, endOffset }, async messages => {
      for (const { queueOffset } of messages) {
        for (; nextOffset < queueOffset; nextOffset += 1) this.onMissing(nextOffset)
        nextOffset = queueOffset + 1
      }
      const goesOn = await this.checkBatch(messages)
      table.advance(endOffset)
      return goesOn && !this.isStopped
    })
  }

  /** Resolves to false when what follows is not to be checked now. All puts of the batch share one turn. */
  private async checkBatch(messages: readonly StoredMessage[]): Promise<boolean> {
    const { halfChecks, table } = this.deps
    const checks: Promise<boolean>[] = []
    let isDue = true
    for (const message of messages) {
      const { queueOffset } = message
      while (table.isUnderWay(queueOffset)) await table.settled(queueOffset)
      if (table.stateOf(queueOffset) !== HalfState.OPEN) continue
      const check = halfChecks.begin(message)
      isDue = check !== null
      if (check === null) break
      checks.push(table.during(queueOffset, check))
    }
    return (await Promise.all(checks)).every(isDone => isDone) && isDue
  }

  private onMissing(queueOffset: number): void {
    const { table, log } = this.deps
    if (table.stateOf(queueOffset) !== HalfState.OPEN) return
    log.error({ queueOffset }, 'a half message is no longer in the store, it is not checked')
    table.set(queueOffset, HalfState.MOVED)
  }
}
