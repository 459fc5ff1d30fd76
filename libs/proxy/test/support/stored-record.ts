import { encodeProperties, encodeStoredMessage } from '@rocketmq-ts/protocol'

export interface RecordParts {
  readonly topic: string
  readonly body: string
  readonly properties?: Readonly<Record<string, string>>
  readonly queueId?: number
  readonly queueOffset?: number
  readonly storeTimestamp?: number
}

/** A message as it lies in a store, and as brokers answer it. */
export function storedRecord({ topic, body, properties = {}, ...place }: RecordParts): Buffer {
  const host = Buffer.from([127, 0, 0, 1, 0, 0, 0x2a, 0x9f])
  const content = {
    ...{ topic, queueId: place.queueId ?? 0, flag: 0, sysFlag: 0, bornTimestamp: 1000, bornHost: host },
    ...{ reconsumeTimes: 0, preparedTransactionOffset: 0, body: Buffer.from(body) },
    properties: encodeProperties(Object.entries(properties)),
  }
  const { queueOffset = 0, storeTimestamp = 2000 } = place
  return encodeStoredMessage(content, {
    queueOffset,
    physicalOffset: 4096 + queueOffset,
    storeTimestamp,
    storeHost: host,
  })
}
