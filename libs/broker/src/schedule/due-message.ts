import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'
import type { PropertyScan } from '../messages/property-scan'
import { keptOf, realPlaceOf } from '../messages/waiting-message'

/**
 * A delayed message as it goes to its own topic, now that its time has come: the bytes of body and properties stay as
 * they are, DELAY, REAL_TOPIC and REAL_QID among them. Null for a record that names no place to go to.
 * Source: broker/schedule/ScheduleMessageService.java
 */
export function dueMessageOf(record: StoredMessage, scan: PropertyScan): MessageToStore | null {
  scan.read(record.properties)
  const place = realPlaceOf(scan)
  if (place === null) return null
  return { ...keptOf(record), ...place, properties: record.properties, tagsCode: scan.tagsCode() }
}
