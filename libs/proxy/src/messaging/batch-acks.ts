import type { BatchAck } from '@rocketmq-ts/protocol'
import type { ReceiptHandle } from '../receipt-handles/receipt-handle'
import type { Receipt } from './receipts'

/** Bits of one check point. A handle is of its holder's making: of one far away they would be a long row of zeros. */
const BATCH_ACK_COUNT_MAX = 4096

/** Whether it can be one bit of its check point. In a lite topic every message is acknowledged by itself. */
export function fitsBatch({ liteTopic, startOffset, queueOffset }: ReceiptHandle): boolean {
  return liteTopic === null && queueOffset >= startOffset && queueOffset - startOffset < BATCH_ACK_COUNT_MAX
}

/** What BATCH_ACK_MESSAGE says of messages that fit: those of one check point together. */
export function batchAcksOf(receipts: readonly Receipt[]): readonly BatchAck[] {
  const byCheckPoint = new Map<string, { readonly first: Receipt; readonly bits: number[] }>()
  for (const receipt of receipts) {
    const { startOffset, popTime, invisibleTime, reviveQueueId, retryFlag, queueId, queueOffset } = receipt.handle
    const place = [startOffset, popTime, invisibleTime, reviveQueueId, retryFlag, queueId]
    const key = `${place.join(' ')} ${receipt.group} ${receipt.topic}`
    const known = byCheckPoint.get(key)
    if (known === undefined) byCheckPoint.set(key, { first: receipt, bits: [queueOffset - startOffset] })
    else known.bits.push(queueOffset - startOffset)
  }
  return [...byCheckPoint.values()].map(({ first: { group, topic, handle }, bits }) => ({
    ...{ consumerGroup: group, topic, retry: String(handle.retryFlag), startOffset: handle.startOffset },
    ...{ queueId: handle.queueId, reviveQueueId: handle.reviveQueueId, popTime: handle.popTime },
    ...{ invisibleTime: handle.invisibleTime, bitSet: bitSetOf(bits) },
  }))
}

/** The lowest bit of each byte first. */
function bitSetOf(bits: readonly number[]): Buffer {
  const bytes = Buffer.alloc((Math.max(...bits) >>> 3) + 1)
  for (const bit of bits) bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) | (1 << (bit & 7))
  return bytes
}
