import { groupForbiddenJson, readUpdateGroupForbiddenHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { ForbiddenBit, type SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'

export interface UpdateAndGetGroupForbiddenDeps {
  readonly groups: Pick<SubscriptionGroupTable, 'isForbidden' | 'setForbidden'>
}

/** UPDATE_AND_GET_GROUP_FORBIDDEN: whether the group may consume the topic. Throws MissingFieldError. */
export function updateAndGetGroupForbidden({ groups }: UpdateAndGetGroupForbiddenDeps): RequestHandler {
  return request => {
    const { group, topic, readable } = readUpdateGroupForbiddenHeader(request.command)
    const bit = ForbiddenBit.CONSUME
    if (readable !== null) groups.setForbidden({ group, topic, bit, isForbidden: !readable })
    const body = groupForbiddenJson.encode({ group, topic, readable: !groups.isForbidden(group, topic, bit) })
    request.reply(RemotingResponse.success(null, body))
  }
}
