import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import {
  readChangeInvisibleTimeHeader,
  readPopExtraInfo,
  RemotingResponse,
  ResponseCode,
  toExtFields,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { answering } from '@rocketmq-ts/remoting'
import { NotServedYetError } from '../messages/refusals'
import type { Acknowledgements } from '../pop/acknowledgements'

export interface ChangeMessageInvisibleTimeDeps {
  readonly acknowledgements: Acknowledgements
  readonly clock: Pick<Clock, 'nowMs'>
}

const NO_FIELDS = { popTime: '0', invisibleTime: '0', reviveQid: '0' } as const

/**
 * CHANGE_MESSAGE_INVISIBLETIME: a consumer wants to keep a message for longer, or to have it again sooner or later. It is
 * as if it had been popped alone and now: first a check point of its own, then the ack in the one that it was popped
 * with. Source: broker/processor/ChangeInvisibleTimeProcessor.java
 */
export function changeMessageInvisibleTime({
  acknowledgements,
  clock,
}: ChangeMessageInvisibleTimeDeps): RequestHandler {
  return answering(async ({ command, channel }) => {
    const header = readChangeInvisibleTimeHeader(command)
    const { topic, queueId, offset, consumerGroup: group, invisibleTime } = header
    try {
      acknowledgements.requireQueue(header, channel.remoteAddress)
      if (header.liteTopic !== null && header.liteTopic !== '') throw new NotServedYetError('lite topics are')
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      return new RemotingResponse({ code: error.responseCode, remark: error.message, extFields: NO_FIELDS })
    }
    const [minOffset, maxOffset] = acknowledgements.range(topic, queueId)
    if (offset < minOffset || offset >= maxOffset) {
      return new RemotingResponse({ code: ResponseCode.NO_MESSAGE, extFields: NO_FIELDS })
    }
    const popped = readPopExtraInfo(header.extraInfo)
    const { brokerName, reviveQueueId } = popped
    acknowledgements.requireReviveQueue(reviveQueueId)
    // Later than the pop, so that its check point cannot be taken for the one that is acknowledged.
    const popTime = Math.max(clock.nowMs(), popped.popTime + 1)
    const queue = { topic, group, queueId, brokerName, offsets: [offset] }
    const added = acknowledgements.add(reviveQueueId, {
      ...{ ...queue, startOffset: offset, popTime, invisibleTime, ackedBits: 0, rePutTimes: 0 },
      isSuspended: header.suspend,
    })
    const ack = { ...queue, startOffset: popped.startOffset, popTime: popped.popTime }
    await added
    await acknowledgements.acknowledge(reviveQueueId, ack, popped.popTime + popped.invisibleTime)
    const extFields = toExtFields({ popTime, invisibleTime, reviveQid: reviveQueueId })
    return new RemotingResponse({ code: ResponseCode.SUCCESS, remark: 'not set any response code', extFields })
  })
}
