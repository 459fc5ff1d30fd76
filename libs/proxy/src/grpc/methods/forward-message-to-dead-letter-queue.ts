import type { Receipts } from '../../messaging/receipts'
import { decodeReceiptHandle, ofLiteTopic } from '../../receipt-handles/receipt-handle'
import type { Renewals } from '../../receipt-handles/renewals'
import type { UnaryMethod } from '../method'
import { requireGroup, requireTopic } from '../names'
import { OK } from '../status'

export interface ForwardMessageToDeadLetterQueueDeps {
  readonly receipts: Pick<Receipts, 'forwardToDeadLetterQueue'>
  readonly renewals: Pick<Renewals, 'take'>
}

/**
 * ForwardMessageToDeadLetterQueue: a consumer gives a message up, be it that the message is visible again: one that consumes in
 * order repeats this until it is done, and takes nothing else meanwhile. Source: proxy/grpc/v2/producer/ForwardMessageToDLQActivity.java
 */
export function forwardMessageToDeadLetterQueue({
  receipts,
  renewals,
}: ForwardMessageToDeadLetterQueueDeps): UnaryMethod<'ForwardMessageToDeadLetterQueue'> {
  return async (request, { clientId }) => {
    const topic = requireTopic(request.topic)
    const group = requireGroup(request.group)
    const newest = await renewals.take(clientId, request.receiptHandle)
    const handle = ofLiteTopic(decodeReceiptHandle(newest), request.liteTopic)
    await receipts.forwardToDeadLetterQueue({ group, topic, handle, messageId: request.messageId })
    return { status: OK }
  }
}
