import type { BrokerData } from '@rocketmq-ts/protocol'

export const MASTER_ID = 0

/** A broker process as it registers. */
export interface BrokerMember {
  readonly clusterName: string
  readonly brokerName: string
  readonly brokerId: number
  readonly brokerAddr: string
  readonly enableActingMaster: boolean
  readonly zoneName: string | null
}

/**
 * The brokers by name, each with the addresses of its master and slaves in the order of their ids, and the clusters they form. `onChange` hears
 * of every change that routes show.
 * Source: namesrv/routeinfo/RouteInfoManager.java (brokerAddrTable, clusterAddrTable)
 */
export class BrokerTable {
  private readonly byName = new Map<string, BrokerData>()
  private readonly clusters = new Map<string, Set<string>>()

  constructor(private readonly onChange: () => void) {}

  find(brokerName: string): BrokerData | null {
    return this.byName.get(brokerName) ?? null
  }

  /** Adds a member or renews it. An address has one id: under any other id it is removed. */
  put(member: BrokerMember): void {
    const { clusterName, brokerName, brokerId, brokerAddr, enableActingMaster, zoneName } = member
    const known = this.byName.get(brokerName)
    const others = [...(known?.brokerAddrs ?? [])].filter(([id, addr]) => id !== brokerId && addr !== brokerAddr)
    const brokerAddrs = new Map([...others, [brokerId, brokerAddr] as const].sort(([one], [other]) => one - other))
    // Java never moves a broker name to another cluster either, but lists it in both.
    const cluster = known?.cluster ?? clusterName
    this.replace({ cluster, brokerName, brokerAddrs, enableActingMaster, zoneName }, known)
    const brokerNames = this.clusters.get(clusterName)
    if (brokerNames === undefined) this.clusters.set(clusterName, new Set([brokerName]))
    else brokerNames.add(brokerName)
  }

  /** Removes an address, and the broker name with its last address. True if nothing is left of the name. */
  remove(brokerName: string, brokerAddr: string): boolean {
    const known = this.byName.get(brokerName)
    if (known === undefined) return false
    const brokerAddrs = new Map([...known.brokerAddrs].filter(([, addr]) => addr !== brokerAddr))
    if (brokerAddrs.size > 0) {
      this.replace({ ...known, brokerAddrs }, known)
      return false
    }
    this.byName.delete(brokerName)
    this.leaveClusters(brokerName)
    this.onChange()
    return true
  }

  all(): ReadonlyMap<string, BrokerData> {
    return this.byName
  }

  /** Broker names of a cluster; empty if there is no such cluster. */
  namesIn(clusterName: string): readonly string[] {
    return [...(this.clusters.get(clusterName) ?? [])]
  }

  clusterNames(): readonly string[] {
    return [...this.clusters.keys()]
  }

  private replace(brokerData: BrokerData, known: BrokerData | undefined): void {
    if (known !== undefined && isSame(known, brokerData)) return
    this.byName.set(brokerData.brokerName, brokerData)
    this.onChange()
  }

  private leaveClusters(brokerName: string): void {
    for (const [clusterName, brokerNames] of this.clusters) {
      brokerNames.delete(brokerName)
      if (brokerNames.size === 0) this.clusters.delete(clusterName)
    }
  }
}

/** The smallest broker id; null for a broker without addresses. */
export function minBrokerId(brokerData: BrokerData | null): number | null {
  return brokerData === null || brokerData.brokerAddrs.size === 0 ? null : Math.min(...brokerData.brokerAddrs.keys())
}

function isSame(known: BrokerData, other: BrokerData): boolean {
  return (
    known.enableActingMaster === other.enableActingMaster &&
    known.zoneName === other.zoneName &&
    known.brokerAddrs.size === other.brokerAddrs.size &&
    [...other.brokerAddrs].every(([id, addr]) => known.brokerAddrs.get(id) === addr)
  )
}
