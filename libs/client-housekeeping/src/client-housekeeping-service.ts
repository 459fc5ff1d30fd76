import type { Clock, Component, Timer } from '@rocketmq-ts/base'
import type { Channel, ChannelEventListener } from '@rocketmq-ts/remoting'
import type { ConsumerTable } from './consumers/consumer-table'
import type { ProducerTable } from './producers/producer-table'

/** Broker keys, read at each scan. */
export interface ClientHousekeepingConfig {
  /** ms without a heartbeat after which a producer or consumer is gone. */
  readonly channelExpiredTimeout: number
  /** ms that a subscription learnt from a pull, not from a heartbeat, is kept. */
  readonly subscriptionExpiredTimeout: number
}

export interface ClientHousekeepingDeps {
  readonly producers: Pick<ProducerTable, 'removeChannel' | 'removeExpired'>
  readonly consumers: Pick<ConsumerTable, 'removeChannel' | 'removeExpired' | 'compensated'>
  readonly clock: Pick<Clock, 'nowMs' | 'every'>
}

const SCAN_PERIOD_MS = 10_000

/**
 * Keeps the tables of producers and consumers true: a connection that closes, idles or fails takes its clients with it
 * at once, a client without heartbeats goes at the next scan. Source: broker/client/ClientHousekeepingService.java
 */
export class ClientHousekeepingService implements Component, ChannelEventListener {
  private timer: Timer | null = null

  constructor(
    private readonly config: ClientHousekeepingConfig,
    private readonly deps: ClientHousekeepingDeps,
  ) {}

  start(): Promise<void> {
    this.timer = this.deps.clock.every(SCAN_PERIOD_MS, () => this.scan())
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.timer?.cancel()
    return Promise.resolve()
  }

  onClose(channel: Channel): void {
    this.deps.producers.removeChannel(channel)
    this.deps.consumers.removeChannel(channel)
  }

  private scan(): void {
    const { channelExpiredTimeout, subscriptionExpiredTimeout } = this.config
    this.deps.producers.removeExpired(channelExpiredTimeout)
    this.deps.consumers.removeExpired(channelExpiredTimeout)
    this.deps.consumers.compensated.removeOlderThan(this.deps.clock.nowMs() - subscriptionExpiredTimeout)
  }
}
