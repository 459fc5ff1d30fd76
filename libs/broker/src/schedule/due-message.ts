import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'
import { PropertyBit } from '../messages/property-scan'
import type { PropertyScan } from '../messages/property-scan'
import { SystemTopic } from '../topics/topic-names'

/**
 * A delayed message as it goes to its own topic, now that its time has come: the bytes of body and properties stay as
 * they are, DELAY, REAL_TOPIC and REAL_QID among them. Null for a record that names no place to go to, or the half
 * topic, where it would be taken for a transaction. Source: broker/schedule/ScheduleMessageService.java
 */
export function dueMessageOf(record: StoredMessage, scan: PropertyScan): MessageToStore | null {
  scan.read(record.properties)
  const topic = scan.text(PropertyBit.REAL_TOPIC)
  const queueId = Number(scan.text(PropertyBit.REAL_QID) ?? Number.NaN)
  if (topic === null || topic === SystemTopic.TRANSACTION_HALF || !Number.isInteger(queueId)) return null
  return {
    topic,
    queueId,
    flag: record.flag,
    sysFlag: record.sysFlag,
    bornTimestamp: record.bornTimestamp,
    bornHost: record.bornHost,
    reconsumeTimes: record.reconsumeTimes,
    preparedTransactionOffset: 0,
    body: record.body,
    properties: record.properties,
    tagsCode: scan.tagsCode(),
    // Java does not wait. The progress may only be saved past a message that is as safe as its sender was told.
    waitStoreMessageOk: true,
    isCopy: true,
  }
}
