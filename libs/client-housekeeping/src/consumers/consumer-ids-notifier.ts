import type { Clock, Log, Timer } from '@rocketmq-ts/base'
import { RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import type { ConsumerIdsChangeListener } from './consumer-ids-change-listener'
import type { ConsumerTable } from './consumer-table'

/** Broker keys, read at each use. */
export interface ConsumerIdsNotifierConfig {
  readonly notifyConsumerIdsChangedEnable: boolean
  readonly realTimeNotifyConsumerChange: boolean
}

/** Least time between two rounds of notices. Without it a restart of 1 000 members would send a million. */
const ROUND_INTERVAL_MS = 100
/** The same when `realTimeNotifyConsumerChange` is off. */
const SLOW_ROUND_INTERVAL_MS = 15_000

export interface ConsumerIdsNotifierDeps {
  readonly consumers: Pick<ConsumerTable, 'find'>
  readonly clock: Pick<Clock, 'monotonicMs' | 'after' | 'endOfTurn'>
  readonly log: Log
}

/**
 * Tells every member of a changed group to rebalance, the newcomer too: NOTIFY_CONSUMER_IDS_CHANGED, oneway. The first
 * change goes out at the end of its turn, the changes of the next 100 ms together after it.
 * Source: broker/client/DefaultConsumerIdsChangeListener.java
 */
export class ConsumerIdsNotifier implements ConsumerIdsChangeListener {
  private readonly changedGroups = new Set<string>()
  private isRoundDue = false
  private lastRoundMs = -Infinity
  private timer: Timer | null = null

  constructor(
    private readonly config: ConsumerIdsNotifierConfig,
    private readonly deps: ConsumerIdsNotifierDeps,
  ) {}

  onConsumerIdsChanged(group: string): void {
    if (!this.config.notifyConsumerIdsChangedEnable) return
    this.changedGroups.add(group)
    if (this.isRoundDue) return
    this.isRoundDue = true
    const { clock } = this.deps
    const intervalMs = this.config.realTimeNotifyConsumerChange ? ROUND_INTERVAL_MS : SLOW_ROUND_INTERVAL_MS
    const waitMs = this.lastRoundMs + intervalMs - clock.monotonicMs()
    if (waitMs <= 0) clock.endOfTurn(this.sendRound)
    else this.timer = clock.after(waitMs, this.sendRound)
  }

  /** Forgets the notices that have not gone out. */
  stop(): void {
    this.timer?.cancel()
    this.changedGroups.clear()
  }

  private readonly sendRound = (): void => {
    this.isRoundDue = false
    this.lastRoundMs = this.deps.clock.monotonicMs()
    const groups = [...this.changedGroups]
    this.changedGroups.clear()
    for (const group of groups) this.notify(group)
  }

  private notify(group: string): void {
    const channels = this.deps.consumers.find(group)?.channels() ?? []
    const command = RemotingCommand.request(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, { consumerGroup: group })
    for (const channel of channels) {
      if (channel.sendOneway(command)) continue
      this.deps.log.warn({ group, remoteAddress: channel.remoteAddress }, 'consumer ids notice not sent')
    }
  }
}
