import { batchAckRequestJson, POP_ORDER_REVIVE_QUEUE, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { BatchAck } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { answering } from '@rocketmq-ts/remoting'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import type { Acknowledgements } from '../pop/acknowledgements'
import { IllegalPopError } from '../pop/pop-refusals'
import { popRetryTopicOf } from '../pop/pop-retry-topic'

export interface BatchAckMessageDeps {
  readonly acknowledgements: Acknowledgements
  readonly orders: Pick<ConsumerOrderTable, 'acknowledge'>
}

/** BATCH_ACK_MESSAGE: offsets that a queue does not have are passed over. Source: broker/processor/AckMessageProcessor.java */
export function batchAckMessage(deps: BatchAckMessageDeps): RequestHandler {
  return answering(async ({ command, channel }) => {
    const { acks, brokerName } = command.body === null ? NOTHING : batchAckRequestJson.decode(command.body)
    if (acks.length === 0) return new RemotingResponse({ code: ResponseCode.NO_MESSAGE })
    const by = { brokerName: brokerName ?? '', remoteAddress: channel.remoteAddress }
    const written = acks.map(ack => acknowledge(ack, by, deps))
    await Promise.all(written)
    return RemotingResponse.success()
  })
}

/** What one check point may have. */
const MESSAGE_COUNT_MAX = 32
const NOTHING = { acks: [], brokerName: null } as const

async function acknowledge(
  batch: BatchAck,
  { brokerName, remoteAddress }: { readonly brokerName: string; readonly remoteAddress: string },
  { acknowledgements, orders }: BatchAckMessageDeps,
): Promise<void> {
  const { consumerGroup: group, queueId, startOffset, popTime, invisibleTime, reviveQueueId } = batch
  const topic = realTopicOf(batch)
  const isOrdered = reviveQueueId === POP_ORDER_REVIVE_QUEUE
  if (!isOrdered) acknowledgements.requireReviveQueue(reviveQueueId)
  const [minOffset, maxOffset] = acknowledgements.range(topic, queueId)
  const offsets: number[] = []
  for (const bit of bitsIn(batch.bitSet)) {
    const offset = startOffset + bit
    if (offset < minOffset || offset > maxOffset) continue
    if (offsets.push(offset) > MESSAGE_COUNT_MAX) throw new IllegalPopError('more acks than a check point has messages')
  }
  if (isOrdered) {
    for (const offset of offsets) orders.acknowledge({ topic, group, queueId, offset, popTime }, remoteAddress)
    return
  }
  if (offsets.length === 0) return
  const ack = { topic, group, queueId, startOffset, popTime, brokerName, offsets }
  await acknowledgements.acknowledged(reviveQueueId, ack, popTime + invisibleTime)
}

function realTopicOf({ topic, consumerGroup, retry }: BatchAck): string {
  switch (retry) {
    case '0':
      return topic
    case '1':
      return popRetryTopicOf(topic, consumerGroup, 'V1')
    case '2':
      return popRetryTopicOf(topic, consumerGroup, 'V2')
    default:
      throw new IllegalPopError(`retry[${retry}] is illegal: 0, 1 or 2`)
  }
}

function* bitsIn(bytes: Buffer): Generator<number, void> {
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit += 1) if (((byte >>> bit) & 1) === 1) yield index * 8 + bit
  }
}
