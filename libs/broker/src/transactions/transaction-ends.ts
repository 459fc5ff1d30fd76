import type { Clock } from '@rocketmq-ts/base'
import { MessageSysFlag, readStoredMessage } from '@rocketmq-ts/protocol'
import type { EndTransactionHeader } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { isStored } from '../messages/put-status'
import { putMessage } from '../messages/store-calls'
import type { PutOutcome } from '../messages/store-calls'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { SystemTopic } from '../topics/topic-names'
import { committedMessage } from './half-copies'
import { halfMessageOf, identityOf, immunityMsOf } from './half-message'
import type { HalfMessage, HalfPlace } from './half-message'
import { HalfState } from './half-states'
import type { OpBatchService } from './op-batch-service'
import type { TransactionMetrics } from './transaction-metrics'
import {
  ImmunityOverError,
  TransactionOverError,
  TransactionsBusyError,
  WrongTransactionError,
} from './transaction-refusals'
import type { TransactionTable } from './transaction-table'

export interface TransactionEndsDeps {
  readonly config: Pick<BrokerConfig, 'transactionTimeOut'>
  readonly store: Pick<MessageStore, 'put' | 'readRecord'>
  readonly table: TransactionTable
  readonly ops: Pick<OpBatchService, 'add' | 'isFull'>
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly metrics: Pick<TransactionMetrics, 'add'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * Ends transactions, each once: whoever comes second is told how it ended, and changes nothing.
 * Source: broker/processor/EndTransactionProcessor.java
 */
export class TransactionEnds {
  constructor(private readonly deps: TransactionEndsDeps) {}

  /**
   * Commits or rolls back, as the header says. Resolves with how the put of a commit ended, null if there was none.
   * Rejects with RefusedError, StorageError.
   */
  async end(header: EndTransactionHeader): Promise<PutOutcome | null> {
    const { table, ops } = this.deps
    const half = await this.requireHalf(header)
    const isCommit = header.commitOrRollback === MessageSysFlag.TRANSACTION_COMMIT
    for (;;) {
      const place = this.newestOf(half)
      if (place === null) return await this.endGivenUp(half, isCommit)
      if (table.isUnderWay(place.queueOffset)) {
        await table.settled(place.queueOffset)
        continue
      }
      // Nothing is awaited between this look and the change: two requests never both find the transaction open.
      const state = table.stateOf(place.queueOffset)
      if (state !== HalfState.OPEN) {
        requireSame(state, isCommit)
        return null
      }
      if (ops.isFull) throw new TransactionsBusyError('too many ended transactions wait to be noted: try again')
      if (isCommit) return await table.during(place.queueOffset, this.commit(half, place))
      this.rollBack(half, place)
      return null
    }
  }

  private async commit(half: HalfMessage, place: HalfPlace): Promise<PutOutcome> {
    const { store, statistics } = this.deps
    const outcome = await putMessage(store, committedMessage(half, place))
    if (!isStored(outcome.status)) return outcome
    statistics.onPut(half.realTopic, 1, outcome.storedBytes)
    this.ended(half, place, HalfState.COMMITTED)
    return outcome
  }

  private rollBack(half: HalfMessage, place: HalfPlace): void {
    this.ended(half, place, HalfState.ROLLED_BACK)
  }

  private ended(half: HalfMessage, { queueOffset }: HalfPlace, state: HalfState): void {
    const { table, ops, metrics } = this.deps
    table.set(queueOffset, state)
    table.forgetCopy(identityOf(half))
    ops.add(queueOffset)
    metrics.add(half.realTopic, -1)
  }

  /** The half message that the producer names, checked as Java checks it. */
  private async requireHalf(header: EndTransactionHeader): Promise<HalfMessage> {
    const bytes = await this.deps.store.readRecord(header.commitLogOffset)
    const record = bytes === null ? null : readStoredMessage(bytes, 0)
    const half = record?.topic === SystemTopic.TRANSACTION_HALF ? halfMessageOf(record) : null
    if (half === null) throw new WrongTransactionError('Find prepared transaction message failed')
    if (!header.fromTransactionCheck) this.requireInTime(half)
    if (half.producerGroup !== header.producerGroup) throw new WrongTransactionError('The producer group wrong')
    if (half.record.queueOffset !== header.tranStateTableOffset) {
      throw new WrongTransactionError('The transaction state table offset wrong')
    }
    return half
  }

  private requireInTime({ immunityText, isCopy, record }: HalfMessage): void {
    if (immunityText === null) return
    const { clock, config } = this.deps
    // A producer with a wrong clock is not to blame: when its message came, our own tells.
    const ageMs = clock.nowMs() - (isCopy ? record.bornTimestamp : record.storeTimestamp)
    const immunityMs = Math.max(immunityMsOf(immunityText, 0), config.transactionTimeOut)
    if (ageMs > immunityMs) throw new ImmunityOverError()
  }

  /** Null when it is checked no more. */
  private newestOf(half: HalfMessage): HalfPlace | null {
    const { table } = this.deps
    const { queueOffset, physicalOffset } = half.record
    if (table.stateOf(queueOffset) !== HalfState.MOVED) return { queueOffset, physicalOffset }
    return table.newestCopy(identityOf(half))
  }

  /** A producer that makes up its mind after the last check is heard nevertheless, once. */
  private async endGivenUp(half: HalfMessage, isCommit: boolean): Promise<PutOutcome | null> {
    const { table, store, statistics } = this.deps
    if (!table.takeGivenUp(identityOf(half))) {
      throw new TransactionOverError('the transaction has ended, or was given up after too many checks')
    }
    if (!isCommit) return null
    const outcome = await putMessage(store, committedMessage(half, half.record))
    if (isStored(outcome.status)) statistics.onPut(half.realTopic, 1, outcome.storedBytes)
    else table.giveUp(identityOf(half))
    return outcome
  }
}

function requireSame(state: HalfState, isCommit: boolean): void {
  if (state === (isCommit ? HalfState.COMMITTED : HalfState.ROLLED_BACK)) return
  const before = state === HalfState.ENDED ? 'ended' : isCommit ? 'rolled back' : 'committed'
  throw new TransactionOverError(`the transaction was ${before} before`)
}
