import type { DataVersion } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'

/** What identifies a broker process. */
export interface BrokerIdentity {
  readonly clusterName: string
  readonly brokerName: string
  readonly brokerAddr: string
}

/** A broker process that is believed to live. Source: namesrv/routeinfo/RouteInfoManager.java (BrokerLiveInfo) */
export interface BrokerLiveInfo extends BrokerIdentity {
  /** When it was last heard of, ms since the epoch. */
  lastUpdateTimestamp: number
  /** ms of silence after which it is dead. */
  readonly heartbeatTimeoutMillis: number
  readonly dataVersion: DataVersion
  /** It registers on this connection, and is gone with it. */
  readonly channel: Channel
  readonly haServerAddr: string
  readonly filterServers: readonly string[]
}

/** The living brokers, by cluster and address. */
export class BrokerLiveTable {
  private readonly byAddress = new Map<string, BrokerLiveInfo>()

  /** `onFilterServersChange` hears when the filter servers of any broker change. */
  constructor(private readonly onFilterServersChange: () => void) {}

  find(clusterName: string, brokerAddr: string): BrokerLiveInfo | null {
    return this.byAddress.get(keyOf(clusterName, brokerAddr)) ?? null
  }

  put(info: BrokerLiveInfo): void {
    const key = keyOf(info.clusterName, info.brokerAddr)
    const known = this.byAddress.get(key)?.filterServers ?? []
    this.byAddress.set(key, info)
    if (known.join() !== info.filterServers.join()) this.onFilterServersChange()
  }

  remove(clusterName: string, brokerAddr: string): void {
    const key = keyOf(clusterName, brokerAddr)
    const known = this.byAddress.get(key)
    if (known === undefined) return
    this.byAddress.delete(key)
    if (known.filterServers.length > 0) this.onFilterServersChange()
  }

  /** The broker was heard of. */
  renew(clusterName: string, brokerAddr: string, nowMs: number): void {
    const info = this.find(clusterName, brokerAddr)
    if (info !== null) info.lastUpdateTimestamp = nowMs
  }

  /** Those that register on a connection: more than one when several brokers share a process. */
  of(channel: Channel): readonly BrokerLiveInfo[] {
    return [...this.byAddress.values()].filter(info => info.channel === channel)
  }

  expired(nowMs: number): readonly BrokerLiveInfo[] {
    return [...this.byAddress.values()].filter(
      ({ lastUpdateTimestamp, heartbeatTimeoutMillis }) => lastUpdateTimestamp + heartbeatTimeoutMillis < nowMs,
    )
  }
}

/** No address has a blank. */
function keyOf(clusterName: string, brokerAddr: string): string {
  return `${brokerAddr} ${clusterName}`
}
