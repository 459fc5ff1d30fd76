import type { Clock } from '@rocketmq-ts/base'
import { msOfDuration, v2 } from '@rocketmq-ts/protocol/grpc'
import type { Receipts } from '../../messaging/receipts'
import { encodeReceiptHandle, ofLiteTopic, requireValidHandle } from '../../receipt-handles/receipt-handle'
import type { Renewals } from '../../receipt-handles/renewals'
import type { UnaryMethod } from '../method'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'

export interface ChangeInvisibleDurationDeps {
  readonly receipts: Pick<Receipts, 'changeInvisibleTime'>
  readonly renewals: Pick<Renewals, 'take'>
  readonly config: { readonly maxInvisibleTimeMills: number }
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * ChangeInvisibleDuration: a consumer wants to keep a message for longer, or to have it again sooner or later.
 * Source: proxy/grpc/v2/consumer/ChangeInvisibleDurationActivity.java
 */
export function changeInvisibleDuration(deps: ChangeInvisibleDurationDeps): UnaryMethod<'ChangeInvisibleDuration'> {
  const { receipts, renewals, config, clock } = deps
  return async (request, { clientId }) => {
    const topic = requireTopic(request.topic)
    const group = requireGroup(request.group)
    const invisibleMs = msOfDuration(request.invisibleDuration) ?? 0
    if (invisibleMs < 0 || invisibleMs > config.maxInvisibleTimeMills) {
      const text = `the invisible time is ${invisibleMs} ms: it must be from 0 to ${config.maxInvisibleTimeMills}`
      throw new InvalidRequestError(v2.Code.ILLEGAL_INVISIBLE_TIME, text)
    }
    const newest = await renewals.take(clientId, request.receiptHandle)
    const handle = ofLiteTopic(requireValidHandle(newest, clock.nowMs()), request.liteTopic)
    const changed = await receipts.changeInvisibleTime({
      ...{ group, topic, handle, invisibleMs },
      suspend: request.suspend ?? false,
    })
    return { status: OK, receiptHandle: encodeReceiptHandle(changed) }
  }
}
