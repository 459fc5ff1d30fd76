import type { Queues } from '../../messaging/queues'
import type { UnaryMethod } from '../method'
import { requireGroup, requireOffset, requireQueue } from '../names'
import { OK } from '../status'

/** UpdateOffset: a group has consumed a queue up to there. */
export function updateOffset({
  queues,
}: {
  readonly queues: Pick<Queues, 'commitOffset'>
}): UnaryMethod<'UpdateOffset'> {
  return async request => {
    const queue = requireQueue(request.messageQueue)
    await queues.commitOffset(requireGroup(request.group), queue, requireOffset(request.offset))
    return { status: OK }
  }
}
