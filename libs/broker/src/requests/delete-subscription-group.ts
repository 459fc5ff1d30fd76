import type { Log } from '@rocketmq-ts/base'
import { readDeleteSubscriptionGroupHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TableFile } from '../table-file'

export interface DeleteSubscriptionGroupDeps {
  readonly groups: Pick<SubscriptionGroupTable, 'delete'>
  readonly groupFile: Pick<TableFile, 'saved'>
  readonly offsets: Pick<ConsumerOffsetTable, 'deleteGroup'>
  readonly statistics: Pick<BrokerStatistics, 'forgetGroup'>
  readonly log: Log
}

/** DELETE_SUBSCRIPTIONGROUP: a missing group is no error. Its offsets go only when asked for. Rejects with NotKeptError. */
export function deleteSubscriptionGroup(deps: DeleteSubscriptionGroupDeps): RequestHandler {
  return answering(async request => {
    const { groupName, cleanOffset } = readDeleteSubscriptionGroupHeader(request.command)
    const { remoteAddress } = request.channel
    deps.log.info({ group: groupName, cleanOffset, remoteAddress }, 'subscription group deletion asked for')
    deps.groups.delete(groupName)
    if (cleanOffset) deps.offsets.deleteGroup(groupName)
    deps.statistics.forgetGroup(groupName)
    await deps.groupFile.saved()
    return RemotingResponse.success()
  })
}
