import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { TopicConfig } from '@rocketmq-ts/protocol'
import type { RemotingClient } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import type { TopicTable } from '../topics/topic-table'
import { brokerIdentityOf } from './broker-identity'
import type { BrokerIdentityConfig } from './broker-identity'
import { NameServerLink } from './name-server-link'
import type { NameServerLinkConfig } from './name-server-link'

export type BrokerRegistrationConfig = BrokerIdentityConfig &
  NameServerLinkConfig &
  Pick<BrokerConfig, 'brokerHeartbeatInterval' | 'enableSlaveActingMaster' | 'namesrvAddr' | 'registerNameServerPeriod'>

export interface BrokerRegistrationDeps {
  readonly topics: Pick<TopicTable, 'all' | 'dataVersion' | 'markOrdered' | 'onChange'>
  /** That is listened on. */
  readonly port: () => number
  readonly client: Pick<RemotingClient, 'invoke' | 'sendOneway'>
  readonly clock: Pick<Clock, 'after' | 'every'>
  readonly log: Log
}

const FIRST_REFRESH_MS = 10_000
const REFRESH_MS_MIN = 10_000
const REFRESH_MS_MAX = 60_000
/** How long a request that made a topic waits for NameServers to know it. */
const ANNOUNCED_MS_MAX = 3_000

/**
 * Keeps every NameServer told that this broker is there and which topics it has: all of them at the start and
 * periodically, a changed one at once. Each NameServer is on its own: they do not know of each other.
 * Source: broker/BrokerController.java, broker/out/BrokerOuterAPI.java
 */
export class BrokerRegistration implements Component {
  private links = new Map<string, NameServerLink>()
  private readonly timers: Timer[] = []
  private isRunning = false
  private readonly log: Log

  constructor(
    private readonly config: BrokerRegistrationConfig,
    private readonly deps: BrokerRegistrationDeps,
  ) {
    this.log = deps.log.child({ component: 'registration' })
    deps.topics.onChange(changed => this.announce(changed))
  }

  /** Resolves when every NameServer that answers knows this broker. */
  async start(): Promise<void> {
    this.isRunning = true
    this.updateNameServers()
    this.startTimers()
    await this.announced()
  }

  async stop(): Promise<void> {
    this.isRunning = false
    for (const timer of this.timers.splice(0)) timer.cancel()
    const links = [...this.links.values()]
    this.links.clear()
    await Promise.all(links.map(link => link.stop()))
  }

  /** Takes over `namesrvAddr` as it is now. */
  updateNameServers(): void {
    if (!this.isRunning) return
    const addresses = new Set(this.config.namesrvAddr.split(';').map(address => address.trim()))
    addresses.delete('')
    for (const [address, link] of this.links) {
      if (addresses.has(address)) continue
      this.links.delete(address)
      void link.stop()
    }
    for (const address of addresses) if (!this.links.has(address)) this.open(address)
  }

  /** Tells every NameServer of all topics. */
  announceAll(): void {
    for (const link of this.links.values()) link.announceAll()
  }

  /**
   * Resolves when the NameServers know of every topic made so far; those that do not answer in time find out later. What
   * made a topic answers after it, for its client goes on to ask a NameServer for the route.
   */
  async announced(): Promise<void> {
    const told = [...this.links.values()].map(link => link.announced()).filter(one => one !== null)
    if (told.length === 0) return
    await new Promise<void>(resolve => {
      const timer = this.deps.clock.after(ANNOUNCED_MS_MAX, resolve)
      void Promise.all(told).then(() => {
        timer.cancel()
        resolve()
      })
    })
  }

  /** A connection to a NameServer was lost. */
  onConnectionLost(): void {
    for (const link of this.links.values()) link.retrySoon()
  }

  private announce(changed: readonly TopicConfig[]): void {
    if (changed.length > 0) for (const link of this.links.values()) link.announce(changed)
  }

  private open(address: string): void {
    const identity = brokerIdentityOf(this.config, this.deps.port())
    const link = new NameServerLink(this.config, { ...this.deps, address, identity, log: this.log })
    this.links.set(address, link)
    link.announceAll()
  }

  private startTimers(): void {
    const { clock } = this.deps
    const { registerNameServerPeriod, enableSlaveActingMaster, brokerHeartbeatInterval } = this.config
    const periodMs = Math.max(REFRESH_MS_MIN, Math.min(registerNameServerPeriod, REFRESH_MS_MAX))
    const first = clock.after(FIRST_REFRESH_MS, () => {
      this.refresh()
      this.timers.push(clock.every(periodMs, () => this.refresh()))
    })
    this.timers.push(first)
    if (enableSlaveActingMaster) {
      this.timers.push(clock.every(brokerHeartbeatInterval, () => this.sendHeartbeats()))
    }
  }

  private refresh(): void {
    for (const link of this.links.values()) void link.refresh()
  }

  private sendHeartbeats(): void {
    for (const link of this.links.values()) link.sendHeartbeat()
  }
}
