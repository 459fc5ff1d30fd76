import type { Clock } from '@rocketmq-ts/base'
import type { Receipts } from '../../messaging/receipts'
import { requireValidHandle } from '../../receipt-handles/receipt-handle'
import type { Renewals } from '../../receipt-handles/renewals'
import type { UnaryMethod } from '../method'
import { requireGroup, requireTopic } from '../names'
import { OK } from '../status'

export interface ForwardMessageToDeadLetterQueueDeps {
  readonly receipts: Pick<Receipts, 'forwardToDeadLetterQueue'>
  readonly renewals: Pick<Renewals, 'take'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** ForwardMessageToDeadLetterQueue: a consumer gives a message up. Source: proxy/grpc/v2/producer/ForwardMessageToDLQActivity.java */
export function forwardMessageToDeadLetterQueue({
  receipts,
  renewals,
  clock,
}: ForwardMessageToDeadLetterQueueDeps): UnaryMethod<'ForwardMessageToDeadLetterQueue'> {
  return async (request, { clientId }) => {
    const topic = requireTopic(request.topic)
    const group = requireGroup(request.group)
    const newest = await renewals.take(clientId, request.receiptHandle)
    const handle = requireValidHandle(newest, clock.nowMs())
    await receipts.forwardToDeadLetterQueue({ group, topic, handle, messageId: request.messageId })
    return { status: OK }
  }
}
