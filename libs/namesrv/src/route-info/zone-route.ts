import type { BrokerData, TopicRouteData } from '@rocketmq-ts/protocol'
import { MASTER_ID } from './broker-table'

/**
 * The part of a route that is in a zone. A broker name without its master stays in every zone: its slaves are all that
 * is left of it. Source: namesrv/route/ZoneRouteRPCHook.java
 */
export function onlyOfZone(route: TopicRouteData, zoneName: string): TopicRouteData {
  const isNear = ({ brokerAddrs, zoneName: zone }: BrokerData): boolean =>
    !brokerAddrs.has(MASTER_ID) || zone?.toLowerCase() === zoneName.toLowerCase()
  const far = route.brokerDatas.filter(brokerData => !isNear(brokerData))
  const farNames = new Set(far.map(({ brokerName }) => brokerName))
  const farAddrs = new Set(far.flatMap(({ brokerAddrs }) => [...brokerAddrs.values()]))
  return {
    ...route,
    brokerDatas: route.brokerDatas.filter(isNear),
    queueDatas: route.queueDatas.filter(({ brokerName }) => !farNames.has(brokerName)),
    filterServerTable: new Map([...route.filterServerTable].filter(([addr]) => !farAddrs.has(addr))),
  }
}
