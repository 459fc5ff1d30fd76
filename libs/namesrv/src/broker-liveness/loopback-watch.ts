import type { Log } from '@rocketmq-ts/base'
import type { Channel } from '@rocketmq-ts/remoting'
import { isLoopback } from '@rocketmq-ts/shell'
import type { BrokerTable } from '../route-info/broker-table'

export interface LoopbackWatchDeps {
  readonly brokers: Pick<BrokerTable, 'all'>
  readonly log: Pick<Log, 'warn'>
}

const TOLD_COUNT_MAX = 1000

/**
 * A broker that advertises its loopback can be reached on its own machine only: whoever comes from another is sent to
 * himself, and all that he sees is a connect that fails. So the log says it, once for each broker.
 */
export class LoopbackWatch {
  private readonly told = new Set<string>()

  constructor(private readonly deps: LoopbackWatchDeps) {}

  onOpen({ remoteAddress }: Pick<Channel, 'remoteAddress'>): void {
    if (isLoopback(hostOf(remoteAddress)) || this.told.size >= TOLD_COUNT_MAX) return
    for (const { brokerName, brokerAddrs } of this.deps.brokers.all().values()) {
      for (const brokerAddr of brokerAddrs.values()) {
        if (isLoopback(hostOf(brokerAddr))) this.tell({ brokerName, brokerAddr, remoteAddress })
      }
    }
  }

  private tell(values: {
    readonly brokerName: string
    readonly brokerAddr: string
    readonly remoteAddress: string
  }): void {
    if (this.told.has(values.brokerAddr)) return
    this.told.add(values.brokerAddr)
    const cure = 'set brokerIP1 of that broker to an address that its clients reach, and bindAddress to 0.0.0.0'
    this.deps.log.warn({ ...values, cure }, 'a client from elsewhere is sent to a broker that advertises its loopback')
  }
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'))
}
