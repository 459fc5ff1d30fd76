import type { Clock } from '@rocketmq-ts/base'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import type { Receipts } from '../../messaging/receipts'
import { ofLiteTopic, requireValidHandle } from '../../receipt-handles/receipt-handle'
import type { Renewals } from '../../receipt-handles/renewals'
import type { CallContext } from '../call-context'
import type { UnaryMethod } from '../method'
import { requireGroup, requireTopic } from '../names'
import { commonStatus, OK, statusOf } from '../status'
import type { Status } from '../status'

export interface AckMessageDeps {
  readonly receipts: Pick<Receipts, 'acknowledge'>
  readonly renewals: Pick<Renewals, 'take'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** AckMessage: a consumer is done with messages, each answered for by itself. Source: proxy/grpc/v2/consumer/AckMessageActivity.java */
export function ackMessage(deps: AckMessageDeps): UnaryMethod<'AckMessage'> {
  return async (request, context) => {
    const topic = requireTopic(request.topic)
    const group = requireGroup(request.group)
    const entries = await Promise.all(
      request.entries.map(async entry => {
        const { messageId = null, receiptHandle = null } = entry
        return { messageId, receiptHandle, status: await acknowledge(entry, { group, topic, context }, deps) }
      }),
    )
    return { status: commonStatus(entries.map(({ status }) => status)), entries }
  }
}

interface Whose {
  readonly group: string
  readonly topic: string
  readonly context: CallContext
}

async function acknowledge(
  { receiptHandle, liteTopic }: v2.AckMessageEntry.$Properties,
  { group, topic, context }: Whose,
  { receipts, renewals, clock }: AckMessageDeps,
): Promise<Status> {
  try {
    const newest = await renewals.take(context.clientId, receiptHandle ?? '')
    const handle = ofLiteTopic(requireValidHandle(newest, clock.nowMs()), liteTopic)
    await receipts.acknowledge({ group, topic, handle })
    return OK
  } catch (error) {
    return statusOf(error)
  }
}
