import { groupForbiddenJson, readUpdateGroupForbiddenHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { ForbiddenBit, type SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TableFile } from '../table-file'

export interface UpdateAndGetGroupForbiddenDeps {
  readonly groups: Pick<SubscriptionGroupTable, 'isForbidden' | 'setForbidden'>
  readonly groupFile: Pick<TableFile, 'saved'>
}

/** UPDATE_AND_GET_GROUP_FORBIDDEN: whether the group may consume the topic. Rejects with MissingFieldError, NotKeptError. */
export function updateAndGetGroupForbidden({ groups, groupFile }: UpdateAndGetGroupForbiddenDeps): RequestHandler {
  return answering(async request => {
    const { group, topic, readable } = readUpdateGroupForbiddenHeader(request.command)
    const bit = ForbiddenBit.CONSUME
    if (readable !== null) {
      groups.setForbidden({ group, topic, bit, isForbidden: !readable })
      await groupFile.saved()
    }
    const body = groupForbiddenJson.encode({ group, topic, readable: !groups.isForbidden(group, topic, bit) })
    return RemotingResponse.success(null, body)
  })
}
