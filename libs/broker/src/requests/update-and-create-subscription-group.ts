import type { Log } from '@rocketmq-ts/base'
import {
  RemotingResponse,
  subscriptionGroupConfigJson,
  subscriptionGroupListJson,
  type SubscriptionGroupConfig,
} from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TableFile } from '../table-file'
import { requireLegalGroupName } from '../topics/topic-validator'

export interface UpdateAndCreateSubscriptionGroupDeps {
  readonly groups: Pick<SubscriptionGroupTable, 'update'>
  readonly groupFile: Pick<TableFile, 'saved'>
  readonly log: Log
}

/** UPDATE_AND_CREATE_SUBSCRIPTIONGROUP. Rejects with InvalidBodyError, IllegalNameError, IllegalAttributeError, NotKeptError. */
export function updateAndCreateSubscriptionGroup(deps: UpdateAndCreateSubscriptionGroupDeps): RequestHandler {
  return answering(async request => {
    const group = subscriptionGroupConfigJson.decode(request.command.body)
    const { remoteAddress } = request.channel
    deps.log.info({ group: group.groupName, remoteAddress }, 'subscription group update asked for')
    await updateGroups([group], deps)
    return RemotingResponse.success()
  })
}

/** UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST: all or none. */
export function updateAndCreateSubscriptionGroupList(deps: UpdateAndCreateSubscriptionGroupDeps): RequestHandler {
  return answering(async request => {
    const { groupConfigList } = subscriptionGroupListJson.decode(request.command.body)
    await updateGroups(groupConfigList, deps)
    return RemotingResponse.success()
  })
}

async function updateGroups(
  wanted: readonly SubscriptionGroupConfig[],
  { groups, groupFile }: UpdateAndCreateSubscriptionGroupDeps,
): Promise<void> {
  for (const { groupName } of wanted) requireLegalGroupName(groupName)
  if (wanted.length > 0) groups.update(...wanted)
  await groupFile.saved()
}
