import {
  initialDataVersion,
  readGetAllTopicConfigHeader,
  RemotingResponse,
  topicConfigAndMappingTableJson,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import { pageOf } from '../metadata-page'
import type { TopicTable } from '../topics/topic-table'

export interface GetAllTopicConfigDeps {
  readonly config: Pick<BrokerConfig, 'enableSplitMetadata' | 'splitMetadataSize'>
  readonly topics: Pick<TopicTable, 'all' | 'dataVersion'>
}

/** GET_ALL_TOPIC_CONFIG: all topics, or a page of them. Source: broker/processor/AdminBrokerProcessor.java */
export function getAllTopicConfig({ config, topics }: GetAllTopicConfigDeps): RequestHandler {
  return request => {
    const { topicSeq, dataVersion, maxTopicNum } = readGetAllTopicConfigHeader(request.command)
    const content = {
      dataVersion: topics.dataVersion,
      mappingDataVersion: initialDataVersion(),
      topicConfigTable: pageOf(
        topics.all(),
        { from: topicSeq, countMax: maxTopicNum, dataVersion },
        {
          config,
          dataVersion: topics.dataVersion,
        },
      ),
      topicQueueMappingDetailMap: new Map(),
      topicQueueMappingInfoMap: new Map(),
    }
    const extFields = { totalTopicNum: String(topics.all().size) }
    request.reply(RemotingResponse.success(extFields, topicConfigAndMappingTableJson.encode(content)))
  }
}
