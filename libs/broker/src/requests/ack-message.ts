import { POP_ORDER_REVIVE_QUEUE, readAckMessageHeader, readPopExtraInfo, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import { isOfLiteTopic } from '../lite/lite-acknowledgements'
import type { LiteAcknowledgements } from '../lite/lite-acknowledgements'
import type { Acknowledgements } from '../pop/acknowledgements'

/** Nothing in it is anyone's. */
const DONE = RemotingResponse.success()

export interface AckMessageDeps {
  readonly acknowledgements: Acknowledgements
  readonly liteAcknowledgements: Pick<LiteAcknowledgements, 'acknowledge'>
  readonly orders: Pick<ConsumerOrderTable, 'acknowledge'>
}

/**
 * ACK_MESSAGE: a consumer is done with a message that it popped. One that it may hold no longer is acknowledged in vain,
 * and it is not told; one whose acknowledgement cannot be stored comes again, and it is. Source: broker/processor/AckMessageProcessor.java
 */
export function ackMessage({ acknowledgements, liteAcknowledgements, orders }: AckMessageDeps): RequestHandler {
  return request => {
    const { command, channel } = request
    const header = readAckMessageHeader(command)
    const { topic, queueId, offset, consumerGroup: group } = header
    acknowledgements.requireQueue(header, channel.remoteAddress)
    if (isOfLiteTopic(header)) {
      liteAcknowledgements.acknowledge(header, channel.remoteAddress)
      request.reply(DONE)
      return
    }
    acknowledgements.requireOffset(header)
    const { reviveQueueId, startOffset, popTime, invisibleTime, brokerName } = readPopExtraInfo(header.extraInfo)
    if (reviveQueueId === POP_ORDER_REVIVE_QUEUE) {
      orders.acknowledge({ topic, group, queueId, offset, popTime }, channel.remoteAddress)
      request.reply(DONE)
      return
    }
    acknowledgements.requireReviveQueue(reviveQueueId)
    const ack = { topic, group, queueId, startOffset, popTime, brokerName, offsets: [offset] }
    acknowledgements.acknowledge(reviveQueueId, ack, popTime + invisibleTime, error => {
      if (error === null) request.reply(DONE)
      else request.fail(error)
    })
  }
}
