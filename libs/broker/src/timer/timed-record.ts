import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'
import { editedProperties, property } from '../messages/edited-properties'
import { PropertyBit } from '../messages/property-scan'
import type { PropertyScan } from '../messages/property-scan'
import { keptOf, realPlaceOf } from '../messages/waiting-message'
import { SystemTopic } from '../topics/topic-names'

/** A message on the timer topic, as the timer sees it. */
export interface TimedRecord {
  readonly record: StoredMessage
  /** Its slot: the message is due when the next one begins. */
  readonly outMs: number
  readonly realTopic: string
  readonly realQueueId: number
  readonly uniqueKey: string | null
  /** What the message takes back; null for one that takes nothing back. */
  readonly recalls: string | null
}

/** Null for a record that is no timed message: it names no time, or no place to go to. */
export function timedRecordOf(record: StoredMessage, scan: PropertyScan): TimedRecord | null {
  scan.read(record.properties)
  const outMs = Number(scan.text(PropertyBit.TIMER_OUT_MS) ?? Number.NaN)
  const place = realPlaceOf(scan)
  if (place === null || !Number.isSafeInteger(outMs) || outMs < 0) return null
  const { topic: realTopic, queueId: realQueueId } = place
  const uniqueKey = scan.text(PropertyBit.UNIQ_KEY)
  return { record, outMs, realTopic, realQueueId, uniqueKey, recalls: scan.text(PropertyBit.TIMER_DEL_UNIQKEY) }
}

/** What the timer writes on a message that it hands on. */
export interface TimerStamps {
  /** The time of the wheel when the message was put there; null if it never was, because it was due at once. */
  readonly enqueueMs: number | null
  readonly dequeueMs: number
}

const STAMPS = PropertyBit.TIMER_ENQUEUE_MS | PropertyBit.TIMER_DEQUEUE_MS
const PROPERTY_END = 2
const NEVER_ENQUEUED = '9223372036854775807'

/**
 * A message whose time has come, for its own topic. TIMER_OUT_MS stays: by it the message is known as one that waited.
 * Source: store/timer/TimerMessageStore.java
 */
export function deliveredMessageOf(timed: TimedRecord, stamps: TimerStamps, scan: PropertyScan): MessageToStore {
  return copyOf(timed, scan, {
    topic: timed.realTopic,
    queueId: timed.realQueueId,
    dropped: STAMPS,
    added: stampPairs(stamps),
  })
}

/** A message that is due later than the wheel reaches, for the timer topic once more. */
export function rolledMessageOf(timed: TimedRecord, stamps: TimerStamps, scan: PropertyScan): MessageToStore {
  scan.read(timed.record.properties)
  const rollTimes = Number(scan.text(PropertyBit.TIMER_ROLL_TIMES) ?? 0)
  return copyOf(timed, scan, {
    topic: SystemTopic.TIMER,
    queueId: 0,
    dropped: STAMPS | PropertyBit.TIMER_ROLL_TIMES,
    added: property('TIMER_ROLL_TIMES', Number.isInteger(rollTimes) ? rollTimes + 1 : 1) + stampPairs(stamps),
  })
}

function stampPairs({ enqueueMs, dequeueMs }: TimerStamps): string {
  return property('TIMER_ENQUEUE_MS', enqueueMs ?? NEVER_ENQUEUED) + property('TIMER_DEQUEUE_MS', dequeueMs)
}

interface CopyOptions {
  readonly topic: string
  readonly queueId: number
  readonly dropped: number
  readonly added: string
}

function copyOf(
  { record }: TimedRecord,
  scan: PropertyScan,
  { topic, queueId, dropped, added }: CopyOptions,
): MessageToStore {
  if (scan.bytes !== record.properties) scan.read(record.properties)
  const properties = editedProperties(scan, dropped, '')
  const isOpen = properties.length > 0 && properties.at(-1) !== PROPERTY_END
  return {
    ...keptOf(record),
    ...{ topic, queueId, properties, tagsCode: scan.tagsCode() },
    addedProperties: Buffer.from(isOpen ? `\x02${added}` : added),
  }
}
