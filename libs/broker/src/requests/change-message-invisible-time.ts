import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import {
  POP_ORDER_REVIVE_QUEUE,
  readChangeInvisibleTimeHeader,
  readPopExtraInfo,
  RemotingResponse,
  ResponseCode,
  toExtFields,
} from '@rocketmq-ts/protocol'
import type { ChangeInvisibleTimeHeader, PopExtraInfo } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { answering } from '@rocketmq-ts/remoting'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import { isOfLiteTopic } from '../lite/lite-acknowledgements'
import type { LiteAcknowledgements } from '../lite/lite-acknowledgements'
import type { Acknowledgements } from '../pop/acknowledgements'

export interface ChangeMessageInvisibleTimeDeps {
  readonly acknowledgements: Acknowledgements
  readonly liteAcknowledgements: Pick<LiteAcknowledgements, 'changeInvisibleTime'>
  readonly orders: Pick<ConsumerOrderTable, 'changeVisibleTime'>
  readonly clock: Pick<Clock, 'nowMs'>
}

const NO_FIELDS = { popTime: '0', invisibleTime: '0', reviveQid: '0' } as const

/** What the consumer names the message by from now on. */
type ChangedReceipt = typeof NO_FIELDS | Readonly<Record<keyof typeof NO_FIELDS, number>>

/**
 * CHANGE_MESSAGE_INVISIBLETIME: a consumer wants to keep a message for longer, or to have it again sooner or later.
 * Source: broker/processor/ChangeInvisibleTimeProcessor.java
 */
export function changeMessageInvisibleTime(deps: ChangeMessageInvisibleTimeDeps): RequestHandler {
  const { acknowledgements } = deps
  return answering(async ({ command, channel }) => {
    const header = readChangeInvisibleTimeHeader(command)
    const { topic, queueId, offset } = header
    try {
      acknowledgements.requireQueue(header, channel.remoteAddress)
      if (isOfLiteTopic(header)) return changed(deps.liteAcknowledgements.changeInvisibleTime(header) ?? NO_FIELDS)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      return new RemotingResponse({ code: error.responseCode, remark: error.message, extFields: NO_FIELDS })
    }
    const [minOffset, maxOffset] = acknowledgements.range(topic, queueId)
    if (offset < minOffset || offset >= maxOffset) {
      return new RemotingResponse({ code: ResponseCode.NO_MESSAGE, extFields: NO_FIELDS })
    }
    const popped = readPopExtraInfo(header.extraInfo)
    const isOrdered = popped.reviveQueueId === POP_ORDER_REVIVE_QUEUE
    const receipt = isOrdered ? changeOrdered(header, popped, deps) : await popAgain(header, popped, deps)
    return changed(receipt)
  })
}

function changed(receipt: ChangedReceipt): RemotingResponse {
  const extFields = toExtFields(receipt)
  return new RemotingResponse({ code: ResponseCode.SUCCESS, remark: 'not set any response code', extFields })
}

/** Its queue is blocked until then. One that is acknowledged already is answered with zeros. */
function changeOrdered(
  { topic, queueId, offset, consumerGroup: group, invisibleTime }: ChangeInvisibleTimeHeader,
  { popTime, reviveQueueId }: PopExtraInfo,
  { orders, clock }: ChangeMessageInvisibleTimeDeps,
): ChangedReceipt {
  const visibleAtMs = clock.nowMs() + invisibleTime
  if (!orders.changeVisibleTime({ topic, group, queueId, offset, popTime }, visibleAtMs)) return NO_FIELDS
  return { popTime, invisibleTime: visibleAtMs - popTime, reviveQid: reviveQueueId }
}

/**
 * As if it had been popped alone and now: first a check point of its own, then the ack in the one that it was popped
 * with.
 */
async function popAgain(
  { topic, queueId, offset, consumerGroup: group, invisibleTime, suspend }: ChangeInvisibleTimeHeader,
  popped: PopExtraInfo,
  { acknowledgements, clock }: ChangeMessageInvisibleTimeDeps,
): Promise<ChangedReceipt> {
  const { brokerName, reviveQueueId } = popped
  acknowledgements.requireReviveQueue(reviveQueueId)
  // Later than the pop, so that its check point cannot be taken for the one that is acknowledged.
  const popTime = Math.max(clock.nowMs(), popped.popTime + 1)
  const queue = { topic, group, queueId, brokerName, offsets: [offset] }
  await acknowledgements.add(reviveQueueId, {
    ...{ ...queue, startOffset: offset, popTime, invisibleTime, ackedBits: 0, rePutTimes: 0 },
    isSuspended: suspend,
  })
  const ack = { ...queue, startOffset: popped.startOffset, popTime: popped.popTime }
  await acknowledgements.acknowledged(reviveQueueId, ack, popped.popTime + popped.invisibleTime)
  return { popTime, invisibleTime, reviveQid: reviveQueueId }
}
