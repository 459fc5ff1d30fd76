import {
  readGetSubscriptionGroupConfigHeader,
  RemotingResponse,
  ResponseCode,
  subscriptionGroupConfigJson,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'

export interface GetSubscriptionGroupConfigDeps {
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
}

/** GET_SUBSCRIPTIONGROUP_CONFIG: one group, made if it may be. Source: broker/processor/AdminBrokerProcessor.java */
export function getSubscriptionGroupConfig({ groups }: GetSubscriptionGroupConfigDeps): RequestHandler {
  return request => {
    const group = groups.find(readGetSubscriptionGroupConfigHeader(request.command).group)
    if (group === null) {
      const remark = 'No group in this broker'
      request.reply(RemotingResponse.refusal(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark))
    } else {
      request.reply(RemotingResponse.success(null, subscriptionGroupConfigJson.encode(group)))
    }
  }
}
