import type { Clock, Log } from '@rocketmq-ts/base'
import type { ProducerTable } from '@rocketmq-ts/client-housekeeping'
import { RemotingCommand, RequestCode, TopicPermission } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore, MessageStoreConfig, MessageToStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { isImpossible, isStored } from '../messages/put-status'
import { putMessage } from '../messages/store-calls'
import type { PutOutcome } from '../messages/store-calls'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { SystemTopic } from '../topics/topic-names'
import type { TopicFile } from '../topics/topic-file'
import type { TopicTable } from '../topics/topic-table'
import { checkedCopy, givenUpMessage, immuneCopy, transactionCheck } from './half-copies'
import { halfMessageOf, identityOf, immunityMsOf } from './half-message'
import type { HalfMessage } from './half-message'
import { HalfState } from './half-states'
import type { TransactionMetrics } from './transaction-metrics'
import type { TransactionTable } from './transaction-table'

const HOUR_MS = 3_600_000

export interface HalfChecksDeps {
  readonly config: Pick<BrokerConfig, 'brokerName' | 'transactionTimeOut' | 'transactionCheckMax'> &
    Pick<MessageStoreConfig, 'fileReservedTime'>
  readonly store: Pick<MessageStore, 'put'>
  readonly table: TransactionTable
  readonly producers: Pick<ProducerTable, 'nextAvailableChannel'>
  readonly topics: Pick<TopicTable, 'ensureForSendBack'>
  readonly topicFile: Pick<TopicFile, 'isSaved' | 'saved'>
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly metrics: Pick<TransactionMetrics, 'add'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/**
 * What a check does with one half message: it waits, or is put again and its producer asked, or is given up after too
 * many checks. Source: broker/transaction/queue/TransactionalMessageServiceImpl.java
 */
export class HalfChecks {
  private roundMs = 0
  /** Groups that could not be asked, and about how many transactions. */
  private readonly silentGroups = new Map<string, number>()

  constructor(private readonly deps: HalfChecksDeps) {}

  beginRound(): void {
    this.roundMs = this.deps.clock.nowMs()
  }

  endRound(): void {
    for (const [group, count] of this.silentGroups) {
      this.deps.log.warn(
        { group, count },
        'transactions are open, and no producer of their group is connected to be asked',
      )
    }
    this.silentGroups.clear()
  }

  /**
   * Begins what is to be done; the promise resolves to whether that could be stored. Null if it is too early, as it is
   * for all that follow. The message is borrowed until then.
   */
  begin(message: StoredMessage): Promise<boolean> | null {
    const { config } = this.deps
    const half = halfMessageOf(message)
    if (half === null) return this.giveUp(message, null)
    if (half.checkCount >= Math.max(1, config.transactionCheckMax)) return this.giveUp(message, half)
    // Java goes by the producer's clock, and never asks one whose clock is that far behind.
    if (this.roundMs - message.storeTimestamp > config.fileReservedTime * HOUR_MS) return this.giveUp(message, half)
    if (message.storeTimestamp >= this.roundMs) return null
    if (half.immunityText !== null) return this.isImmune(half) ? this.putBack(half) : this.check(half)
    const isFresh = !half.isCopy && this.roundMs - message.storeTimestamp <= config.transactionTimeOut
    return isFresh ? null : this.check(half)
  }

  private isImmune({ isCopy, record, immunityText }: HalfMessage): boolean {
    const ageMs = this.roundMs - (isCopy ? record.bornTimestamp : record.storeTimestamp)
    return ageMs >= 0 && ageMs <= immunityMsOf(immunityText ?? '', this.deps.config.transactionTimeOut)
  }

  /** Behind those that are younger, so that these need not wait for it. */
  private async putBack(half: HalfMessage): Promise<boolean> {
    const { status } = await this.move(half, immuneCopy(half))
    return isStored(status) || (isImpossible(status) && this.giveUp(half.record, half))
  }

  private async check(half: HalfMessage): Promise<boolean> {
    const checkCount = half.checkCount + 1
    const place = await this.move(half, checkedCopy(half, checkCount))
    if (!isStored(place.status)) return isImpossible(place.status) && this.giveUp(half.record, half)
    const channel = this.deps.producers.nextAvailableChannel(half.producerGroup)
    const { extFields, body } = transactionCheck(half, place, { ...this.deps.config, checkCount })
    const command = RemotingCommand.request(RequestCode.CHECK_TRANSACTION_STATE, extFields, body)
    if (channel?.sendOneway(command) !== true) {
      const { producerGroup: group } = half
      this.silentGroups.set(group, (this.silentGroups.get(group) ?? 0) + 1)
    }
    return true
  }

  /** The copy takes the place of the half message. */
  private async move(half: HalfMessage, copy: MessageToStore): Promise<PutOutcome> {
    const { table } = this.deps
    const outcome = await this.put(copy)
    if (!isStored(outcome.status)) return outcome
    table.set(half.record.queueOffset, HalfState.MOVED)
    const { queueOffset, physicalOffset } = outcome
    table.rememberCopy(identityOf(half), { queueOffset, physicalOffset })
    return outcome
  }

  /** An operator finds it on a topic of its own. */
  private async giveUp(message: StoredMessage, half: HalfMessage | null): Promise<boolean> {
    const { table, metrics, log } = this.deps
    if (!(await this.ensureTopic())) return false
    const { status } = await this.put(givenUpMessage(message))
    if (!isStored(status) && !isImpossible(status)) return false
    const { queueOffset, physicalOffset } = message
    log.error({ queueOffset, physicalOffset, topic: half?.realTopic }, 'a transaction is given up: it was not ended')
    table.set(queueOffset, HalfState.MOVED)
    if (half === null) return true
    table.giveUp(identityOf(half))
    metrics.add(half.realTopic, -1)
    return true
  }

  private async ensureTopic(): Promise<boolean> {
    const { topics, topicFile, log } = this.deps
    const perm = TopicPermission.READ | TopicPermission.WRITE
    const topic = SystemTopic.TRANSACTION_CHECK_MAX_TIME
    topics.ensureForSendBack({ topic, queueNums: 1, perm })
    try {
      if (!topicFile.isSaved(topic)) await topicFile.saved()
      return true
    } catch (err) {
      log.error({ err, topic }, 'transactions cannot be given up, the next round tries it')
      return false
    }
  }

  private async put(message: MessageToStore): Promise<PutOutcome> {
    const { store, statistics, log } = this.deps
    const outcome = await putMessage(store, message)
    const { status, reason, storedBytes } = outcome
    if (isStored(status)) statistics.onPut(message.topic, 1, storedBytes)
    else log.error({ status, reason, topic: message.topic }, 'a half message cannot be put again')
    return outcome
  }
}
