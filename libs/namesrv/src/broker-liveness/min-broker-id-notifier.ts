import type { Log } from '@rocketmq-ts/base'
import { RemotingCommand, RequestCode, toExtFields } from '@rocketmq-ts/protocol'
import type { RemotingClient } from '@rocketmq-ts/remoting'
import type { NamesrvConfig } from '../namesrv-config'
import type { BrokerTable } from '../route-info/broker-table'
import { minBrokerId } from '../route-info/broker-table'

export interface MinBrokerIdNotifierDeps {
  readonly brokers: Pick<BrokerTable, 'find'>
  readonly config: Pick<NamesrvConfig, 'notifyMinBrokerIdChanged'>
  readonly client: Pick<RemotingClient, 'sendOneway'>
  readonly log: Log
}

/**
 * Tells the brokers of one name that the smallest broker id among them, which acts as master, is another now:
 * NOTIFY_MIN_BROKER_ID_CHANGE, oneway. Source: namesrv/routeinfo/RouteInfoManager.java
 */
export class MinBrokerIdNotifier {
  constructor(private readonly deps: MinBrokerIdNotifierDeps) {}

  /** A broker with the smallest id has come: the others are told. */
  onRegister(brokerName: string, haBrokerAddr: string): void {
    this.notify(brokerName, { haBrokerAddr })
  }

  /** The broker with the smallest id is gone: those that are left are told. */
  onUnregister(brokerName: string, offlineBrokerAddr: string): void {
    if (this.deps.brokers.find(brokerName)?.enableActingMaster === true) this.notify(brokerName, { offlineBrokerAddr })
  }

  private notify(
    brokerName: string,
    change: { readonly haBrokerAddr: string } | { readonly offlineBrokerAddr: string },
  ): void {
    const brokerData = this.deps.brokers.find(brokerName)
    const newMinId = minBrokerId(brokerData)
    if (!this.deps.config.notifyMinBrokerIdChanged || brokerData === null || newMinId === null) return
    const minBrokerAddr = brokerData.brokerAddrs.get(newMinId) ?? null
    const fields = toExtFields({ minBrokerId: newMinId, minBrokerAddr, ...change })
    const addresses = [...brokerData.brokerAddrs.values()]
    const others = addresses.filter(address => address !== minBrokerAddr)
    const told = 'offlineBrokerAddr' in change || others.length === 0 ? addresses : others
    this.deps.log.info({ brokerName, minBrokerId: newMinId, told }, 'min broker id changed')
    for (const address of told) void this.tell(address, fields)
  }

  private async tell(address: string, fields: Readonly<Record<string, string>>): Promise<void> {
    try {
      await this.deps.client.sendOneway(
        address,
        RemotingCommand.request(RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE, fields),
      )
    } catch (err) {
      this.deps.log.warn({ err, address }, 'broker not told of the min broker id')
    }
  }
}
