import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { LiteGroups } from './lite-groups'
import { readLiteQueueName } from './lite-queue-names'
import type { LiteSubscriptions } from './lite-subscriptions'
import type { LiteTopics } from './lite-topics'

export interface LiteLifecycleDeps {
  readonly config: Pick<BrokerConfig, 'liteTtlCheckInterval' | 'minLiteTTl'>
  readonly liteTopics: LiteTopics
  readonly groups: Pick<LiteGroups, 'byBoundTopic'>
  readonly subscriptions: Pick<LiteSubscriptions, 'forget'>
  readonly offsets: Pick<ConsumerOffsetTable, 'deleteTopic'>
  readonly orders: Pick<ConsumerOrderTable, 'clear'>
  readonly store: Pick<MessageStore, 'maxOffset' | 'storeTimestampOf' | 'deleteTopics' | 'topics'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'every'>
  readonly log: Log
}

/**
 * Deletes lite topics that have had no message for as long as their parent says, whether or not all was consumed; and all
 * of a parent that is deleted. Their messages stay with the parent. Source: broker/lite/AbstractLiteLifecycleManager.java
 */
export class LiteLifecycle implements Component {
  private timer: Timer | null = null
  private startedMs = 0
  private round: Promise<void> = Promise.resolve()
  private isStopping = false

  constructor(private readonly deps: LiteLifecycleDeps) {}

  start(): Promise<void> {
    const { clock, config } = this.deps
    this.startedMs = clock.monotonicMs()
    this.isStopping = false
    this.timer = clock.every(config.liteTtlCheckInterval, () => {
      // What was quiet only because the broker was down must have a chance first.
      if (clock.monotonicMs() - this.startedMs < config.minLiteTTl) return
      this.round = this.round.then(() => this.tryDeleteExpired())
    })
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.isStopping = true
    this.timer?.cancel()
    await this.round
  }

  /** Rejects with StorageError. */
  async deleteAllOf(parentTopic: string): Promise<void> {
    if (!this.deps.liteTopics.isParent(parentTopic)) return
    for (const queueName of this.deps.liteTopics.queuesOf(parentTopic)) await this.delete(queueName, parentTopic)
  }

  private async tryDeleteExpired(): Promise<void> {
    try {
      for (const queueName of this.deps.store.topics()) {
        if (this.isStopping) return
        const parentTopic = readLiteQueueName(queueName)?.parentTopic
        if (parentTopic !== undefined) await this.deleteIfExpired(queueName, parentTopic)
      }
    } catch (err) {
      this.deps.log.error({ err }, 'expired lite topics cannot be deleted, the next round tries again')
    }
  }

  private async deleteIfExpired(queueName: string, parentTopic: string): Promise<void> {
    const { config, clock, liteTopics, store } = this.deps
    const expirationMs = liteTopics.expirationMs(parentTopic)
    if (expirationMs === null) return
    const maxOffset = store.maxOffset(queueName, 0)
    if (maxOffset === 0) return
    const storedMs = (await store.storeTimestampOf(queueName, 0, maxOffset - 1)) ?? 0
    const isQuiet = clock.nowMs() - storedMs > Math.max(expirationMs, config.minLiteTTl)
    if (isQuiet && store.maxOffset(queueName, 0) === maxOffset) await this.delete(queueName, parentTopic)
  }

  private async delete(queueName: string, parentTopic: string): Promise<void> {
    const { groups, subscriptions, offsets, orders, store, log } = this.deps
    for (const group of groups.byBoundTopic().get(parentTopic) ?? []) {
      orders.clear({ topic: queueName, group, queueId: 0 })
    }
    offsets.deleteTopic(queueName)
    subscriptions.forget(queueName)
    await store.deleteTopics([queueName])
    log.info({ queueName }, 'lite topic deleted')
  }
}
