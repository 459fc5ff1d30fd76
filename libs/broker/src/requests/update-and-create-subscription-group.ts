import type { Log } from '@rocketmq-ts/base'
import {
  RemotingResponse,
  subscriptionGroupConfigJson,
  subscriptionGroupListJson,
  type SubscriptionGroupConfig,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { requireLegalGroupName } from '../topics/topic-validator'

export interface UpdateAndCreateSubscriptionGroupDeps {
  readonly groups: Pick<SubscriptionGroupTable, 'update'>
  readonly log: Log
}

/** UPDATE_AND_CREATE_SUBSCRIPTIONGROUP. Throws InvalidBodyError, IllegalNameError, IllegalAttributeError. */
export function updateAndCreateSubscriptionGroup(deps: UpdateAndCreateSubscriptionGroupDeps): RequestHandler {
  return request => {
    const group = subscriptionGroupConfigJson.decode(request.command.body)
    updateGroups([group], deps)
    const { remoteAddress } = request.channel
    deps.log.info({ group: group.groupName, remoteAddress }, 'subscription group update asked for')
    request.reply(RemotingResponse.success())
  }
}

/** UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST: all or none. */
export function updateAndCreateSubscriptionGroupList(deps: UpdateAndCreateSubscriptionGroupDeps): RequestHandler {
  return request => {
    const { groupConfigList } = subscriptionGroupListJson.decode(request.command.body)
    updateGroups(groupConfigList, deps)
    request.reply(RemotingResponse.success())
  }
}

function updateGroups(
  wanted: readonly SubscriptionGroupConfig[],
  { groups }: UpdateAndCreateSubscriptionGroupDeps,
): void {
  for (const { groupName } of wanted) requireLegalGroupName(groupName)
  if (wanted.length > 0) groups.update(...wanted)
}
