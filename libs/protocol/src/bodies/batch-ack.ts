import {
  bean,
  body,
  int,
  InvalidBodyError,
  list,
  long,
  nullable,
  text,
  type JsonCodec,
  type ValueOf,
} from './json-codec'

/** Acks of messages of one check point. */
export interface BatchAck {
  readonly consumerGroup: string
  /** Without the retry topic's prefix and group. */
  readonly topic: string
  /** 0: popped from the topic; 1, 2: from its retry topic, in the first or second spelling. */
  readonly retry: string
  readonly startOffset: number
  readonly queueId: number
  readonly reviveQueueId: number
  readonly popTime: number
  readonly invisibleTime: number
  /** Bit i of the bytes, the lowest of each byte first: the message at `startOffset + i`. */
  readonly bitSet: Buffer
}

const shortJson = bean({
  b: nullable(text),
  c: nullable(text),
  it: long,
  pt: long,
  q: int,
  r: nullable(text),
  rq: int,
  so: long,
  t: nullable(text),
})

const longNames = {
  b: 'bitSet',
  c: 'consumerGroup',
  it: 'invisibleTime',
  pt: 'popTime',
  q: 'queueId',
  r: 'retry',
  rq: 'reviveQueueId',
  so: 'startOffset',
  t: 'topic',
} as const

/** Java writes short names and takes long ones too. Source: remoting/protocol/body/BatchAck.java, BitSetSerializerDeserializer.java */
const batchAckJson: JsonCodec<BatchAck> = {
  read(json, path) {
    const { b, c, it, pt, q, r, rq, so, t } = shortJson.read(withShortNames(json), path)
    if (c === null || t === null || r === null) throw new InvalidBodyError(`${path} has no group, topic or retry flag`)
    return {
      ...{ consumerGroup: c, topic: t, retry: r, startOffset: so, queueId: q, reviveQueueId: rq },
      ...{ popTime: pt, invisibleTime: it, bitSet: Buffer.from(b ?? '', 'base64') },
    }
  },
  write: ({ bitSet, consumerGroup, invisibleTime, popTime, queueId, retry, reviveQueueId, startOffset, topic }) =>
    shortJson.write({
      ...{ b: bitSet.toString('base64'), c: consumerGroup, it: invisibleTime, pt: popTime, q: queueId },
      ...{ r: retry, rq: reviveQueueId, so: startOffset, t: topic },
    }),
}

/** BATCH_ACK_MESSAGE. Source: remoting/protocol/body/BatchAckMessageRequestBody.java */
export const batchAckRequestJson = body(bean({ acks: list(batchAckJson), brokerName: nullable(text) }))
export type BatchAckRequest = ValueOf<typeof batchAckRequestJson>

function withShortNames(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json
  const given = json as Record<string, unknown>
  const names = Object.entries(longNames)
  return Object.fromEntries(names.map(([short, name]) => [short, given[short] ?? given[name]]))
}
