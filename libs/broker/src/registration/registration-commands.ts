import {
  bodyCrc32,
  dataVersionJson,
  encodeCompressedRegisterBrokerBody,
  initialDataVersion,
  registerBrokerBodyJson,
  RemotingCommand,
  RequestCode,
  toExtFields,
  topicRouteDataJson,
} from '@rocketmq-ts/protocol'
import type { DataVersion, TopicConfig } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { isReadableAndWritable } from '../topics/permission'
import type { BrokerIdentity } from './broker-identity'

export type RegistrationConfig = Pick<
  BrokerConfig,
  'brokerNotActiveTimeoutMillis' | 'brokerPermission' | 'compressedRegister' | 'enableSlaveActingMaster'
>

/** REGISTER_BROKER with these topics, all or some. Source: broker/out/BrokerOuterAPI.java */
export function registerBroker(
  identity: BrokerIdentity,
  { topics, dataVersion }: { readonly topics: readonly TopicConfig[]; readonly dataVersion: DataVersion },
  config: RegistrationConfig,
): RemotingCommand {
  const content = {
    filterServerList: [],
    topicConfigSerializeWrapper: {
      dataVersion,
      mappingDataVersion: initialDataVersion(),
      topicConfigTable: new Map(topics.map(topic => [topic.topicName, masked(topic, config.brokerPermission)])),
      topicQueueMappingDetailMap: new Map(),
      topicQueueMappingInfoMap: new Map(),
    },
  }
  const compressed = config.compressedRegister
  const body = compressed ? encodeCompressedRegisterBrokerBody(content) : registerBrokerBodyJson.encode(content)
  // Java says false even of a compressed body, which its own NameServer then cannot read.
  const extFields = toExtFields({
    ...identity,
    enableActingMaster: config.enableSlaveActingMaster,
    heartbeatTimeoutMillis: config.enableSlaveActingMaster ? config.brokerNotActiveTimeoutMillis : null,
    compressed,
    bodyCrc32: bodyCrc32(body),
  })
  return RemotingCommand.request(RequestCode.REGISTER_BROKER, extFields, body)
}

export function unregisterBroker(identity: BrokerIdentity): RemotingCommand {
  return RemotingCommand.request(RequestCode.UNREGISTER_BROKER, nameFields(identity))
}

/** Asks whether a NameServer has this version of the topics; it also counts as a sign of life. */
export function queryDataVersion(identity: BrokerIdentity, dataVersion: DataVersion): RemotingCommand {
  return RemotingCommand.request(
    RequestCode.QUERY_DATA_VERSION,
    nameFields(identity),
    dataVersionJson.encode(dataVersion),
  )
}

export function brokerHeartbeat({ clusterName, brokerName, brokerAddr }: BrokerIdentity): RemotingCommand {
  return RemotingCommand.request(RequestCode.BROKER_HEARTBEAT, { clusterName, brokerName, brokerAddr })
}

/** REGISTER_TOPIC_IN_NAMESRV: one topic outside the versions. */
export function registerTopic(
  identity: BrokerIdentity,
  topic: TopicConfig,
  config: RegistrationConfig,
): RemotingCommand {
  const { topicName, perm, readQueueNums, writeQueueNums, topicSysFlag } = masked(topic, config.brokerPermission)
  const body = topicRouteDataJson.encode({
    ...topicRouteDataJson.read({}, ''),
    queueDatas: [{ brokerName: identity.brokerName, perm, readQueueNums, writeQueueNums, topicSysFlag }],
  })
  return RemotingCommand.request(RequestCode.REGISTER_TOPIC_IN_NAMESRV, { topic: topicName }, body)
}

function nameFields({ clusterName, brokerName, brokerId, brokerAddr }: BrokerIdentity): Record<string, string> {
  return toExtFields({ clusterName, brokerName, brokerId, brokerAddr })
}

/** A broker that may not be read or written shows none of its topics as readable or writable. */
function masked(topic: TopicConfig, brokerPermission: number): TopicConfig {
  return isReadableAndWritable(brokerPermission) ? topic : { ...topic, perm: topic.perm & brokerPermission }
}
