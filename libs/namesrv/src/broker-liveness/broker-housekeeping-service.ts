import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { Channel, ChannelEventListener } from '@rocketmq-ts/remoting'
import type { NamesrvConfig } from '../namesrv-config'
import type { BrokerIdentity, BrokerLiveTable } from './broker-live-table'

export interface BrokerHousekeepingDeps {
  readonly live: Pick<BrokerLiveTable, 'of' | 'expired'>
  readonly unregister: (broker: BrokerIdentity) => void
  readonly config: Pick<NamesrvConfig, 'scanNotActiveBrokerInterval'>
  readonly clock: Pick<Clock, 'nowMs' | 'after' | 'every'>
  readonly log: Log
}

const FIRST_SCAN_MS = 5000

/**
 * Notices that a broker is gone: at once when its connection is lost, else when it has been silent too long.
 * Source: namesrv/routeinfo/BrokerHousekeepingService.java, RouteInfoManager.java (scanNotActiveBroker)
 */
export class BrokerHousekeepingService implements Component, ChannelEventListener {
  private timer: Timer | null = null
  private isStopped = false

  constructor(private readonly deps: BrokerHousekeepingDeps) {}

  start(): Promise<void> {
    this.timer = this.deps.clock.after(FIRST_SCAN_MS, () => {
      this.scan()
      this.timer = this.deps.clock.every(this.deps.config.scanNotActiveBrokerInterval, () => this.scan())
    })
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.isStopped = true
    this.timer?.cancel()
    return Promise.resolve()
  }

  onClose(channel: Channel): void {
    if (this.isStopped) return
    for (const broker of this.deps.live.of(channel)) this.deps.unregister(broker)
  }

  private scan(): void {
    for (const broker of this.deps.live.expired(this.deps.clock.nowMs())) {
      const { brokerName, brokerAddr, heartbeatTimeoutMillis } = broker
      this.deps.log.warn({ brokerName, brokerAddr, heartbeatTimeoutMillis }, 'broker silent too long')
      this.deps.unregister(broker)
      broker.channel.close('no broker heartbeat')
    }
  }
}
