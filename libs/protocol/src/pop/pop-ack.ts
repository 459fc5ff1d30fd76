import { bean, InvalidBodyError, int, list, long, nullable, text, type ValueOf } from '../bodies/json-codec'
import { writeFastJson } from '../fastjson/write-fast-json'

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

const memberCodecs = { bn: nullable(text), c: nullable(text), pt: long, q: int, so: long, t: nullable(text) }
/** Source: store/pop/AckMsg.java */
const ackJson = bean({ ao: long, ...memberCodecs })
/** Source: store/pop/BatchAckMsg.java */
const batchAckJson = bean({ ao: long, aol: list(long), ...memberCodecs })

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

/** As `ack`: for the one message at `ackOffset`. Written without a codec: each acknowledged message has one. */
export function encodePopAck(ack: PopAck, ackOffset: number): Buffer {
  return Buffer.from(`{"ao":${ackOffset},${members(ack)}}`)
}

/** As `bAck`: for all of its messages. */
export function encodePopBatchAck(ack: PopAck): Buffer {
  return Buffer.from(`{"ao":-1,"aol":[${ack.offsets.join(',')}],${members(ack)}}`)
}

function members({ brokerName, group, popTime, queueId, startOffset, topic }: PopAck): string {
  const [name, consumerGroup, popped] = [brokerName, group, topic].map(text => writeFastJson(text))
  return `"bn":${name},"c":${consumerGroup},"pt":${popTime},"q":${queueId},"so":${startOffset},"t":${popped}`
}

function ackOf({ bn, c, pt, q, so, t }: Omit<ValueOf<typeof ackJson>, 'ao'>, offsets: readonly number[]): PopAck {
  if (t === null || c === null) throw new InvalidBodyError('an ack without topic or group')
  return { topic: t, group: c, queueId: q, startOffset: so, popTime: pt, brokerName: bn ?? '', offsets }
}
