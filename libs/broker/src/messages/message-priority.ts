import type { TopicConfig } from '@rocketmq-ts/protocol'
import { PropertyBit } from './property-scan'
import type { PropertyScan } from './property-scan'
import { TIMER_REQUESTS } from './timed-send'

/** A message with one of these is of another kind, and has no priority. */
const OTHER_KINDS = PropertyBit.DELAY | TIMER_REQUESTS | PropertyBit.__SHARDINGKEY

/**
 * The queue of a message with a priority: queue n is for priority n, the last one for all above. -1 for a message that
 * has none, or may have none because it is in a transaction, delayed or ordered; it loses the property.
 * Source: broker/processor/SendMessageProcessor.java, common/attribute/TopicMessageType.java
 */
export function priorityQueueOf(scan: PropertyScan, { writeQueueNums }: TopicConfig): number {
  const text = scan.text(PropertyBit._SYS_MSG_PRIORITY_) ?? ''
  const priority = /^\+?\d{1,10}$/.test(text) ? Number(text) : -1
  if (priority < 0 || scan.hasAny(OTHER_KINDS) || scan.isTrue(PropertyBit.TRAN_MSG)) return -1
  return Math.min(priority, writeQueueNums - 1)
}
