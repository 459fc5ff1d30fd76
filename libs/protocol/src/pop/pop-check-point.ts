import { bean, flagOr, int, InvalidBodyError, list, long, nullable, text } from '../bodies/json-codec'

/** Messages of one queue that a consumer popped together and has not acknowledged yet, as the revive topic keeps them. */
export interface PopCheckPoint {
  /** The retry topic, if they were popped from it. */
  readonly topic: string
  readonly group: string
  readonly queueId: number
  /** Where the pop began; filtered messages may stand between. */
  readonly startOffset: number
  readonly popTime: number
  readonly invisibleTime: number
  readonly brokerName: string
  /** Of each message, in its queue; at most 32, for each has a bit in `ackedBits`. */
  readonly offsets: readonly number[]
  readonly ackedBits: number
  /** How often it was tried in vain to give the messages out again. */
  readonly rePutTimes: number
  /** The consumer gave them back unused: giving them out again is no further attempt. */
  readonly isSuspended: boolean
}

/** Bits of `ackedBits`. */
const MESSAGE_COUNT_MAX = 32
/** What Java takes a number of re-puts for that is none. */
const RE_PUT_TIMES_MAX = 127

/** Source: store/pop/PopCheckPoint.java */
const checkPointJson = bean({
  bm: int,
  bn: nullable(text),
  c: nullable(text),
  d: list(int),
  it: long,
  n: int,
  pt: long,
  q: int,
  /** Written and never read: pt + it. */
  reviveTime: long,
  /** Always 0 in what is written: the record's own place is what counts. */
  ro: long,
  rp: nullable(text),
  so: long,
  sp: flagOr(false),
  t: nullable(text),
})

/** Throws InvalidBodyError or FastJsonError: then it is no check point. */
export function decodePopCheckPoint(bytes: Buffer): PopCheckPoint {
  const { bm, bn, c, d, it, n, pt, q, rp, so, sp, t } = checkPointJson.decode(bytes)
  if (t === null || c === null || n < 0 || n > MESSAGE_COUNT_MAX || (d.length > 0 && d.length < n)) {
    throw new InvalidBodyError('a check point without topic or group, or with too many messages')
  }
  return {
    topic: t,
    group: c,
    queueId: q,
    startOffset: so,
    popTime: pt,
    invisibleTime: it,
    brokerName: bn ?? '',
    offsets: Array.from({ length: n }, (_, index) => so + (d[index] ?? index)),
    ackedBits: bm,
    rePutTimes: rp === null ? 0 : rePutTimesIn(rp),
    isSuspended: sp,
  }
}

export function encodePopCheckPoint(checkPoint: PopCheckPoint): Buffer {
  const { startOffset, popTime, invisibleTime, offsets, rePutTimes } = checkPoint
  return checkPointJson.encode({
    bm: checkPoint.ackedBits,
    bn: checkPoint.brokerName,
    c: checkPoint.group,
    d: offsets.map(offset => offset - startOffset),
    it: invisibleTime,
    n: offsets.length,
    pt: popTime,
    q: checkPoint.queueId,
    reviveTime: popTime + invisibleTime,
    ro: 0,
    rp: rePutTimes === 0 ? null : String(rePutTimes),
    so: startOffset,
    sp: checkPoint.isSuspended,
    t: checkPoint.topic,
  })
}

function rePutTimesIn(value: string): number {
  return /^[+-]?\d+$/.test(value) ? Number(value) : RE_PUT_TIMES_MAX
}
