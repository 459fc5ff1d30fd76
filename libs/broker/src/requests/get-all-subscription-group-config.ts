import { readGetAllSubscriptionGroupHeader, RemotingResponse, subscriptionGroupTableJson } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import { pageOf } from '../metadata-page'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'

export interface GetAllSubscriptionGroupConfigDeps {
  readonly config: Pick<BrokerConfig, 'enableSplitMetadata' | 'splitMetadataSize'>
  readonly groups: Pick<SubscriptionGroupTable, 'content'>
}

/** GET_ALL_SUBSCRIPTIONGROUP_CONFIG: all groups, or a page of them. Source: broker/processor/AdminBrokerProcessor.java */
export function getAllSubscriptionGroupConfig({ config, groups }: GetAllSubscriptionGroupConfigDeps): RequestHandler {
  return request => {
    const { groupSeq, dataVersion, maxGroupNum } = readGetAllSubscriptionGroupHeader(request.command)
    const content = groups.content()
    const subscriptionGroupTable = pageOf(
      content.subscriptionGroupTable,
      { from: groupSeq, countMax: maxGroupNum, dataVersion },
      { config, dataVersion: content.dataVersion },
    )
    const forbiddenTable = new Map([...content.forbiddenTable].filter(([group]) => subscriptionGroupTable.has(group)))
    const extFields = { totalGroupNum: String(content.subscriptionGroupTable.size) }
    const body = subscriptionGroupTableJson.encode({ ...content, subscriptionGroupTable, forbiddenTable })
    request.reply(RemotingResponse.success(extFields, body))
  }
}
