import { TopicPermission } from '@rocketmq-ts/protocol'
import type { BrokerData, QueueData, TopicRouteData } from '@rocketmq-ts/protocol'
import type { NamesrvConfig } from '../namesrv-config'
import { MASTER_ID, minBrokerId } from './broker-table'
import type { RouteTables } from './route-tables'

/** Topics by which brokers find the members of their own group: they must see who is really master. */
const SYNC_BROKER_MEMBER_GROUP_PREFIX = 'rmq_sys_SYNC_BROKER_MEMBER_'

/**
 * Where the queues of a topic are, brokers in the order of their names; null for a topic without queues or without
 * brokers. Source: namesrv/routeinfo/RouteInfoManager.java (pickupTopicRouteData)
 */
export function findTopicRoute(
  { topics, brokers, live }: RouteTables,
  topic: string,
  { supportActingMaster }: Pick<NamesrvConfig, 'supportActingMaster'>,
): TopicRouteData | null {
  const queues = topics.find(topic)
  if (queues === null) return null
  const queueDatas = [...queues.queueDatas.values()].sort(byBrokerName)
  const known = queueDatas.map(({ brokerName }) => brokers.find(brokerName)).filter(brokerData => brokerData !== null)
  if (known.length === 0) return null
  const mayAct = supportActingMaster && !topic.startsWith(SYNC_BROKER_MEMBER_GROUP_PREFIX)
  return {
    brokerDatas: mayAct ? known.map(brokerData => withActingMaster(brokerData, queues.queueDatas)) : known,
    filterServerTable: filterServersOf(known, live),
    orderTopicConf: null,
    queueDatas,
    topicQueueMappingByBroker:
      queues.mappings.size === 0
        ? null
        : new Map([...queues.mappings].sort(([one], [other]) => (one < other ? -1 : 1))),
  }
}

function byBrokerName(one: QueueData, other: QueueData): number {
  return one.brokerName < other.brokerName ? -1 : 1
}

/** A slave may act for a lost master once nobody may write: the one with the smallest id is shown as master. */
function withActingMaster(brokerData: BrokerData, queueDatas: ReadonlyMap<string, QueueData>): BrokerData {
  const actingId = minBrokerId(brokerData)
  const perm = queueDatas.get(brokerData.brokerName)?.perm ?? TopicPermission.WRITE
  const isWritable = (perm & TopicPermission.WRITE) !== 0
  if (!brokerData.enableActingMaster || actingId === null || actingId === MASTER_ID || isWritable) return brokerData
  const shown = [...brokerData.brokerAddrs].map(([id, addr]) => [id === actingId ? MASTER_ID : id, addr] as const)
  return { ...brokerData, brokerAddrs: new Map(shown) }
}

function filterServersOf(
  brokerDatas: readonly BrokerData[],
  live: RouteTables['live'],
): Map<string, readonly string[]> {
  const filterServers = new Map<string, readonly string[]>()
  for (const { cluster, brokerAddrs } of brokerDatas) {
    for (const addr of brokerAddrs.values()) {
      const servers = live.find(cluster ?? '', addr)?.filterServers ?? []
      if (servers.length > 0) filterServers.set(addr, servers)
    }
  }
  return filterServers
}
