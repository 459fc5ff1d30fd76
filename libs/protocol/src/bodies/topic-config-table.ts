import { dataVersionJson, initialDataVersion } from './data-version'
import { bean, orElse, table, type JsonCodec, type ValueOf } from './json-codec'
import { topicConfigJson } from './topic-config'
import { topicQueueMappingDetailJson, topicQueueMappingInfoJson } from './topic-queue-mapping'

const versionOrInitial: JsonCodec<ValueOf<typeof dataVersionJson>> = orElse(dataVersionJson, initialDataVersion)

/** `topics.json`. Source: remoting/protocol/body/TopicConfigSerializeWrapper.java. */
export const topicConfigTableJson = bean({ dataVersion: versionOrInitial, topicConfigTable: table(topicConfigJson) })
export type TopicConfigTable = ValueOf<typeof topicConfigTableJson>

/** GET_ALL_TOPIC_CONFIG and registrations. Source: remoting/protocol/body/TopicConfigAndMappingSerializeWrapper.java. */
export const topicConfigAndMappingTableJson = bean({
  dataVersion: versionOrInitial,
  mappingDataVersion: versionOrInitial,
  topicConfigTable: table(topicConfigJson),
  topicQueueMappingDetailMap: table(topicQueueMappingDetailJson),
  topicQueueMappingInfoMap: table(topicQueueMappingInfoJson),
})
export type TopicConfigAndMappingTable = ValueOf<typeof topicConfigAndMappingTableJson>
