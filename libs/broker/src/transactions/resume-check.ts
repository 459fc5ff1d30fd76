import { decodeMessageId, readStoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import { isStored } from '../messages/put-status'
import { MessageNotFoundError, NotStoredError } from '../messages/refusals'
import { putMessage } from '../messages/store-calls'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { SystemTopic } from '../topics/topic-names'
import { checkedCopy } from './half-copies'
import { halfMessageOf, identityOf } from './half-message'
import type { HalfMessage } from './half-message'
import type { TransactionMetrics } from './transaction-metrics'
import { TransactionOverError, WrongTransactionError } from './transaction-refusals'
import type { TransactionTable } from './transaction-table'

export interface ResumeCheckDeps {
  readonly store: Pick<MessageStore, 'readRecord' | 'put' | 'queryMessages'>
  readonly table: TransactionTable
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly metrics: Pick<TransactionMetrics, 'add'>
}

/** Records of one key that are looked through for a committed one. */
const SAME_KEY_COUNT_MAX = 64

/**
 * Lets transactions that were given up be checked again, from the first check on. One that is open again already is left
 * alone, and one that is committed is refused: it would be delivered twice. Source: broker/processor/AdminBrokerProcessor.java
 */
export class ResumeCheck {
  private readonly underWay = new Set<string>()

  constructor(private readonly deps: ResumeCheckDeps) {}

  /** Rejects with RefusedError, StorageError. */
  async resume(messageId: string): Promise<void> {
    const half = await this.requireGivenUp(messageId)
    const identity = identityOf(half)
    if (this.underWay.has(identity)) return
    this.underWay.add(identity)
    try {
      if (this.deps.table.newestCopy(identity) !== null) return
      await this.requireNotCommitted(half)
      await this.putAgain(half)
    } finally {
      this.underWay.delete(identity)
    }
  }

  private async requireGivenUp(messageId: string): Promise<HalfMessage> {
    const { physicalOffset } = decodeMessageId(messageId)
    const bytes = await this.deps.store.readRecord(physicalOffset)
    if (bytes === null) throw new MessageNotFoundError(`can not find message by the offset, ${physicalOffset}`)
    const record = readStoredMessage(bytes, 0)
    const half = record.topic === SystemTopic.TRANSACTION_CHECK_MAX_TIME ? halfMessageOf(record) : null
    if (half !== null) return half
    throw new WrongTransactionError('the message is no transaction that was given up, on TRANS_CHECK_MAX_TIME_TOPIC')
  }

  private async requireNotCommitted({ realTopic, uniqueKey, record }: HalfMessage): Promise<void> {
    const { records } = await this.deps.store.queryMessages({
      ...{ topic: realTopic, key: uniqueKey, keyType: 'KEY', countMax: SAME_KEY_COUNT_MAX },
      ...{ beginTimestamp: 0, endTimestamp: Number.MAX_SAFE_INTEGER },
    })
    const isCommitted = records
      .map(bytes => readStoredMessage(bytes, 0))
      .some(({ bornTimestamp, bornHost }) => {
        return bornTimestamp === record.bornTimestamp && bornHost.equals(record.bornHost)
      })
    if (isCommitted) throw new TransactionOverError('the transaction was resumed before, and is committed')
  }

  private async putAgain(half: HalfMessage): Promise<void> {
    const { store, table, statistics, metrics } = this.deps
    const { status, reason, queueOffset, physicalOffset, storedBytes } = await putMessage(store, checkedCopy(half, 0))
    if (!isStored(status)) {
      throw new NotStoredError(`Put message back to ${SystemTopic.TRANSACTION_HALF} failed. ${reason ?? status}`)
    }
    statistics.onPut(SystemTopic.TRANSACTION_HALF, 1, storedBytes)
    table.takeGivenUp(identityOf(half)) // from now on it is the copy that is ended
    table.rememberCopy(identityOf(half), { queueOffset, physicalOffset })
    metrics.add(half.realTopic, 1)
  }
}
