import type { Clock } from '@rocketmq-ts/base'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import type { Receipt, Receipts } from '../../messaging/receipts'
import { ofLiteTopic, requireValidHandle } from '../../receipt-handles/receipt-handle'
import type { Renewals } from '../../receipt-handles/renewals'
import type { CallContext } from '../calls/call-context'
import type { UnaryMethod } from '../method'
import { requireGroup, requireTopic } from '../names'
import { commonStatus, OK, statusOf } from '../status'
import type { Status } from '../status'

export interface AckMessageDeps {
  readonly receipts: Pick<Receipts, 'acknowledgeAll'>
  readonly renewals: Pick<Renewals, 'take'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** AckMessage: a consumer is done with messages, each answered for by itself. Source: proxy/grpc/v2/consumer/AckMessageActivity.java */
export function ackMessage(deps: AckMessageDeps): UnaryMethod<'AckMessage'> {
  return async (request, context) => {
    const topic = requireTopic(request.topic)
    const group = requireGroup(request.group)
    const whose = { group, topic, context }
    const statuses = await acknowledge(request.entries, whose, deps)
    const entries = request.entries.map(({ messageId = null, receiptHandle = null }, index) => {
      return { messageId, receiptHandle, status: statuses[index] ?? OK }
    })
    return { status: commonStatus(statuses), entries }
  }
}

interface Whose {
  readonly group: string
  readonly topic: string
  readonly context: CallContext
}

type Entry = v2.AckMessageEntry.$Properties

/** Those whose handles are good. */
async function acknowledge(entries: readonly Entry[], whose: Whose, deps: AckMessageDeps): Promise<Status[]> {
  const read = await Promise.allSettled(entries.map(entry => receiptOf(entry, whose, deps)))
  const receipts = read.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  const done = (await deps.receipts.acknowledgeAll(receipts)).values()
  return read.map(result => {
    const end = result.status === 'rejected' ? result : done.next().value
    return end?.status === 'rejected' ? statusOf(end.reason) : OK
  })
}

/** Throws InvalidReceiptHandleError. */
async function receiptOf(
  { receiptHandle, liteTopic }: Entry,
  { group, topic, context }: Whose,
  { renewals, clock }: AckMessageDeps,
): Promise<Receipt> {
  const newest = await renewals.take(context.clientId, receiptHandle ?? '')
  return { group, topic, handle: ofLiteTopic(requireValidHandle(newest, clock.nowMs()), liteTopic) }
}
