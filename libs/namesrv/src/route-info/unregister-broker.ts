import type { Log } from '@rocketmq-ts/base'
import { TopicPermission } from '@rocketmq-ts/protocol'
import type { BrokerIdentity } from '../broker-liveness/broker-live-table'
import type { MinBrokerIdNotifier } from '../broker-liveness/min-broker-id-notifier'
import { MASTER_ID, minBrokerId } from './broker-table'
import type { RouteTables } from './route-tables'

export interface UnregisterBrokerDeps {
  readonly tables: RouteTables
  readonly notifier: Pick<MinBrokerIdNotifier, 'onUnregister'>
  readonly log: Log
}

/**
 * Removes a broker process, and with the last one of its name the queues. When slaves are left without their master and
 * one may act for it, the queues lose the permission to write. Source: namesrv/routeinfo/RouteInfoManager.java
 */
export function unregisterBroker({ tables, notifier, log }: UnregisterBrokerDeps, broker: BrokerIdentity): void {
  const { clusterName, brokerName, brokerAddr } = broker
  const known = tables.brokers.find(brokerName)
  const previousMinId = minBrokerId(known)
  tables.live.remove(clusterName, brokerAddr)
  if (![...(known?.brokerAddrs.values() ?? [])].includes(brokerAddr)) return
  log.info({ clusterName, brokerName, brokerAddr }, 'broker unregistered')
  if (tables.brokers.remove(brokerName, brokerAddr)) {
    tables.topics.removeBroker(brokerName)
    return
  }
  const left = tables.brokers.find(brokerName)
  const newMinId = minBrokerId(left)
  if (left?.enableActingMaster === true && newMinId !== MASTER_ID) {
    tables.topics.changePermission(brokerName, perm => perm & ~TopicPermission.WRITE)
  }
  if (newMinId !== previousMinId) notifier.onUnregister(brokerName, brokerAddr)
}
