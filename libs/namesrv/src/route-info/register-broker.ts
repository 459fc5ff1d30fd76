import type { Clock, Log } from '@rocketmq-ts/base'
import { equalDataVersions, TopicPermission } from '@rocketmq-ts/protocol'
import type { DataVersion, TopicConfig, TopicQueueMappingInfo } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import type { MinBrokerIdNotifier } from '../broker-liveness/min-broker-id-notifier'
import type { NamesrvConfig } from '../namesrv-config'
import { MASTER_ID, minBrokerId } from './broker-table'
import type { RouteTables } from './route-tables'

/** What a broker tells of itself. */
export interface BrokerRegistration {
  readonly clusterName: string
  readonly brokerName: string
  readonly brokerId: number
  readonly brokerAddr: string
  readonly haServerAddr: string
  readonly zoneName: string | null
  /** Null when the broker leaves it to us. */
  readonly heartbeatTimeoutMillis: number | null
  /** Null from a broker older than 5.0. */
  readonly enableActingMaster: boolean | null
  readonly dataVersion: DataVersion
  readonly topicConfigs: readonly TopicConfig[]
  readonly queueMappings: ReadonlyMap<string, TopicQueueMappingInfo>
  readonly filterServers: readonly string[]
  readonly channel: Channel
}

/** What a slave needs to find its master; both null when there is none, or for the master. */
export interface RegisterBrokerResult {
  readonly haServerAddr: string | null
  readonly masterAddr: string | null
}

export interface RegisterBrokerDeps {
  readonly tables: RouteTables
  readonly config: Pick<NamesrvConfig, 'deleteTopicWithBrokerRegistration'>
  readonly notifier: Pick<MinBrokerIdNotifier, 'onRegister'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

const HEARTBEAT_TIMEOUT_MS = 120_000
const NOTHING: RegisterBrokerResult = { haServerAddr: null, masterAddr: null }

/**
 * Takes over what a broker tells. Null if it is refused: a broker that is not known must tell all its topics, and one
 * topic is what it tells when that topic changed. Source: namesrv/routeinfo/RouteInfoManager.java
 */
export function registerBroker(
  deps: RegisterBrokerDeps,
  registration: BrokerRegistration,
): RegisterBrokerResult | null {
  const { tables, clock, log } = deps
  const { clusterName, brokerName, brokerId, brokerAddr } = registration
  const known = tables.brokers.find(brokerName)
  const isFirst = known?.brokerAddrs.has(brokerId) !== true
  if (isFirst && registration.topicConfigs.length === 1) return null
  if (isOutdated(tables, registration)) {
    log.warn({ brokerName, brokerId, brokerAddr }, 'registration ignored, a newer broker has this id')
    tables.brokers.remove(brokerName, brokerAddr)
    tables.live.remove(clusterName, brokerAddr)
    return NOTHING
  }
  const previousMinId = minBrokerId(known) ?? MASTER_ID
  tables.brokers.put({ ...registration, enableActingMaster: registration.enableActingMaster === true })
  if (isFirst) log.info({ clusterName, brokerName, brokerId, brokerAddr }, 'broker registered')
  if (decidesTopics(tables, registration)) updateTopics(deps, registration, isFirst)
  const { dataVersion, channel, haServerAddr, filterServers } = registration
  tables.live.put({
    clusterName,
    brokerName,
    brokerAddr,
    dataVersion,
    channel,
    haServerAddr,
    filterServers,
    lastUpdateTimestamp: clock.nowMs(),
    heartbeatTimeoutMillis: registration.heartbeatTimeoutMillis ?? HEARTBEAT_TIMEOUT_MS,
  })
  if (brokerId < previousMinId) deps.notifier.onRegister(brokerName, registration.haServerAddr)
  return brokerId === MASTER_ID ? NOTHING : findMaster(tables, registration)
}

/** Whether another address has this broker id and a higher state version, as after a change of masters. */
function isOutdated(tables: RouteTables, { clusterName, brokerName, ...claim }: BrokerRegistration): boolean {
  const knownAddr = tables.brokers.find(brokerName)?.brokerAddrs.get(claim.brokerId)
  if (knownAddr === undefined || knownAddr === claim.brokerAddr) return false
  const knownVersion = tables.live.find(clusterName, knownAddr)?.dataVersion
  return knownVersion !== undefined && knownVersion.stateVersion > claim.dataVersion.stateVersion
}

/** The master does, and where there is none its first slave. */
function decidesTopics(
  { brokers }: RouteTables,
  { brokerName, brokerId, enableActingMaster }: BrokerRegistration,
): boolean {
  return brokerId === MASTER_ID || (enableActingMaster !== null && brokerId === minBrokerId(brokers.find(brokerName)))
}

function updateTopics(
  { tables, config }: RegisterBrokerDeps,
  registration: BrokerRegistration,
  isFirst: boolean,
): void {
  const { clusterName, brokerName, brokerAddr, topicConfigs, queueMappings } = registration
  const knownVersion = tables.live.find(clusterName, brokerAddr)?.dataVersion
  const isChanged = isFirst || knownVersion === undefined || !equalDataVersions(knownVersion, registration.dataVersion)
  if (config.deleteTopicWithBrokerRegistration && queueMappings.size === 0) {
    const kept = new Set(topicConfigs.map(({ topicName }) => topicName))
    for (const topic of tables.topics.topicsOf(brokerName))
      if (!kept.has(topic)) tables.topics.remove(topic, brokerName)
  }
  const isActingMaster = registration.brokerId !== MASTER_ID && registration.enableActingMaster === true
  for (const { topicName, perm, readQueueNums, writeQueueNums, topicSysFlag } of topicConfigs) {
    if (!isChanged && tables.topics.find(topicName)?.queueDatas.has(brokerName) === true) continue
    const ownPerm = isActingMaster ? perm & ~TopicPermission.WRITE : perm
    tables.topics.put(topicName, { brokerName, perm: ownPerm, readQueueNums, topicSysFlag, writeQueueNums })
  }
  if (isChanged) for (const [topic, mapping] of queueMappings) tables.topics.putMapping(topic, mapping)
}

function findMaster(
  { brokers, live }: RouteTables,
  { clusterName, brokerName }: BrokerRegistration,
): RegisterBrokerResult {
  const masterAddr = brokers.find(brokerName)?.brokerAddrs.get(MASTER_ID)
  const master = masterAddr === undefined ? null : live.find(clusterName, masterAddr)
  return master === null ? NOTHING : { haServerAddr: master.haServerAddr, masterAddr: master.brokerAddr }
}
