import { RocketmqError } from '@rocketmq-ts/base'
import { decodePopAck, decodePopBatchAck, decodePopCheckPoint, readProperty } from '@rocketmq-ts/protocol'
import type { PopAck, PopCheckPoint, StoredMessage } from '@rocketmq-ts/protocol'
import { ReviveTag } from './revive-log'

export type ReviveRecord =
  | { readonly kind: 'checkPoint'; readonly checkPoint: PopCheckPoint }
  | { readonly kind: 'ack'; readonly ack: PopAck }
  /** Whatever else someone has sent to the topic: it must not hold up what follows. */
  | { readonly kind: 'stray'; readonly error: Error | null }

/** What a record of the revive topic says. Java's broker leaves its own name out of an old ack: `brokerName` stands for it. */
export function readReviveRecord(
  message: Pick<StoredMessage, 'body' | 'properties'>,
  brokerName: string,
): ReviveRecord {
  try {
    switch (readProperty(message.properties, 'TAGS')) {
      case ReviveTag.CHECK_POINT:
        return { kind: 'checkPoint', checkPoint: decodePopCheckPoint(message.body) }
      case ReviveTag.ACK:
        return { kind: 'ack', ack: named(decodePopAck(message.body), brokerName) }
      case ReviveTag.BATCH_ACK:
        return { kind: 'ack', ack: named(decodePopBatchAck(message.body), brokerName) }
      default:
        return { kind: 'stray', error: null }
    }
  } catch (error) {
    if (!(error instanceof RocketmqError)) throw error
    return { kind: 'stray', error }
  }
}

function named(ack: PopAck, brokerName: string): PopAck {
  return ack.brokerName.trim() === '' ? { ...ack, brokerName } : ack
}
