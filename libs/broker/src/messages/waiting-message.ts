import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'
import { SystemTopic } from '../topics/topic-names'
import { PropertyBit } from './property-scan'
import type { PropertyScan } from './property-scan'

/**
 * Where a message belongs that waits on a system topic, by its properties, which were scanned. Null for one that names no
 * place, or the half topic, where it would be taken for a transaction.
 */
export function realPlaceOf(scan: PropertyScan): Pick<MessageToStore, 'topic' | 'queueId'> | null {
  const topic = scan.text(PropertyBit.REAL_TOPIC)
  const queueId = Number(scan.text(PropertyBit.REAL_QID) ?? Number.NaN)
  if (topic === null || topic === SystemTopic.TRANSACTION_HALF || !Number.isInteger(queueId)) return null
  return { topic, queueId }
}

/** What stays of a message that waited, wherever it goes. */
export function keptOf(
  record: StoredMessage,
): Omit<MessageToStore, 'topic' | 'queueId' | 'properties' | 'addedProperties' | 'tagsCode'> {
  return {
    flag: record.flag,
    sysFlag: record.sysFlag,
    bornTimestamp: record.bornTimestamp,
    bornHost: record.bornHost,
    reconsumeTimes: record.reconsumeTimes,
    preparedTransactionOffset: 0,
    body: record.body,
    // Java does not wait. The progress may only be saved past a message that is as safe as its sender was told.
    waitStoreMessageOk: true,
    isCopy: true,
  }
}
