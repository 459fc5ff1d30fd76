import { bean, InvalidBodyError, int, list, long, nullable, text } from '../bodies/json-codec'

/** Messages of one check point that need not come again, as the revive topic keeps them. */
export interface PopAck {
  readonly topic: string
  readonly group: string
  readonly queueId: number
  /** Of the check point. */
  readonly startOffset: number
  readonly popTime: number
  /** Empty: the broker that reads it. */
  readonly brokerName: string
  readonly offsets: readonly number[]
}

const members = { bn: nullable(text), c: nullable(text), pt: long, q: int, so: long, t: nullable(text) }
/** Source: store/pop/AckMsg.java */
const ackJson = bean({ ao: long, ...members })
/** Source: store/pop/BatchAckMsg.java */
const batchAckJson = bean({ ao: long, aol: list(long), ...members })

/** Of the body of a record with the tag `ack`. Throws InvalidBodyError or FastJsonError: then it is none. */
export function decodePopAck(bytes: Buffer): PopAck {
  const json = ackJson.decode(bytes)
  return ackOf(json, [json.ao])
}

/** Of the body of a record with the tag `bAck`. Throws as `decodePopAck`. */
export function decodePopBatchAck(bytes: Buffer): PopAck {
  const json = batchAckJson.decode(bytes)
  return ackOf(json, json.aol)
}

/** As `ack`: for the one message at `ackOffset`. */
export function encodePopAck(ack: PopAck, ackOffset: number): Buffer {
  return ackJson.encode({ ao: ackOffset, ...memberValues(ack) })
}

/** As `bAck`: for all of its messages. */
export function encodePopBatchAck(ack: PopAck): Buffer {
  return batchAckJson.encode({ ao: -1, aol: ack.offsets, ...memberValues(ack) })
}

type MemberValues = ReturnType<typeof memberValues>

function memberValues({ brokerName, group, popTime, queueId, startOffset, topic }: PopAck): {
  readonly bn: string | null
  readonly c: string | null
  readonly pt: number
  readonly q: number
  readonly so: number
  readonly t: string | null
} {
  return { bn: brokerName, c: group, pt: popTime, q: queueId, so: startOffset, t: topic }
}

function ackOf({ bn, c, pt, q, so, t }: MemberValues, offsets: readonly number[]): PopAck {
  if (t === null || c === null) throw new InvalidBodyError('an ack without topic or group')
  return { topic: t, group: c, queueId: q, startOffset: so, popTime: pt, brokerName: bn ?? '', offsets }
}
