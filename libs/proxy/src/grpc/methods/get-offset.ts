import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { Queues } from '../../messaging/queues'
import type { UnaryMethod } from '../method'
import { requireGroup, requireQueue } from '../names'
import { InvalidRequestError, OK } from '../status'

/** GetOffset: how far a group has consumed a queue. */
export function getOffset({ queues }: { readonly queues: Pick<Queues, 'committedOffset'> }): UnaryMethod<'GetOffset'> {
  return async request => {
    const queue = requireQueue(request.messageQueue)
    const group = requireGroup(request.group)
    const offset = await queues.committedOffset(group, queue)
    if (offset !== null) return { status: OK, offset }
    const text = `group ${group} has no offset in queue ${queue.queueId} of topic ${queue.topic} yet`
    throw new InvalidRequestError(v2.Code.OFFSET_NOT_FOUND, text)
  }
}
