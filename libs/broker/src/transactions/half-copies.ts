import {
  encodeMessageId,
  encodeProperties,
  encodeStoredMessage,
  MessageSysFlag,
  readProperty,
  tagsCodeOf,
} from '@rocketmq-ts/protocol'
import type { ExtFields } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'
import { SystemTopic } from '../topics/topic-names'
import type { HalfMessage, HalfPlace } from './half-message'

/*
 * What becomes of a half message. What the producer sent, its body, its times and its address, goes along unchanged.
 * Source: broker/transaction/queue/TransactionalMessageBridge.java, broker/processor/EndTransactionProcessor.java
 */

/** The message for its own topic, which consumers see. It names the half message, so that a crash cannot bring it twice. */
export function committedMessage(half: HalfMessage, { physicalOffset }: HalfPlace): MessageToStore {
  const properties = new Map(half.properties)
  properties.delete('REAL_TOPIC')
  properties.delete('REAL_QID')
  return {
    ...copyOf(half, properties),
    topic: half.realTopic,
    queueId: half.realQueueId,
    sysFlag: (half.record.sysFlag & ~MessageSysFlag.TRANSACTION_MASK) | MessageSysFlag.TRANSACTION_COMMIT,
    preparedTransactionOffset: physicalOffset,
    waitStoreMessageOk: properties.get('WAIT')?.toLowerCase() !== 'false',
  }
}

/** The half message once more, for the check with this number. */
export function checkedCopy(half: HalfMessage, checkCount: number): MessageToStore {
  const properties = new Map(half.properties).set('TRANSACTION_CHECK_TIMES', String(checkCount))
  return { ...copyOf(half, properties), topic: SystemTopic.TRANSACTION_HALF, queueId: 0 }
}

/** The half message once more because it must not be checked yet; it remembers its first place. */
export function immuneCopy(half: HalfMessage): MessageToStore {
  const firstOffset = half.preparedQueueOffset ?? half.record.queueOffset
  const properties = new Map(half.properties).set('TRAN_PREPARED_QUEUE_OFFSET', String(firstOffset))
  return { ...copyOf(half, properties), topic: SystemTopic.TRANSACTION_HALF, queueId: 0 }
}

/** A record of the half topic that is checked no more, for an operator to look after; `record` may be a stray. */
export function givenUpMessage(record: HalfMessage['record']): MessageToStore {
  const { flag, sysFlag, bornTimestamp, bornHost, reconsumeTimes, body, properties } = record
  return {
    ...{ flag, sysFlag, bornTimestamp, bornHost, reconsumeTimes, body, properties },
    topic: SystemTopic.TRANSACTION_CHECK_MAX_TIME,
    queueId: 0,
    preparedTransactionOffset: 0,
    tagsCode: tagsCodeOf(readProperty(properties, 'TAGS')),
    waitStoreMessageOk: true,
    isCopy: true,
  }
}

/** CHECK_TRANSACTION_STATE: what the producer is asked. `place` is that of the copy that its answer is to name. */
export interface TransactionCheck {
  readonly extFields: ExtFields
  /** The message as its producer knows it, at its own topic. */
  readonly body: Buffer
}

/** Source: broker/transaction/AbstractTransactionalMessageCheckListener.java */
export function transactionCheck(
  half: HalfMessage,
  place: HalfPlace,
  { brokerName, checkCount }: { readonly brokerName: string; readonly checkCount: number },
): TransactionCheck {
  const { record, uniqueKey } = half
  const properties = new Map(half.properties).set('TRANSACTION_CHECK_TIMES', String(checkCount)).set('WAIT', 'false')
  const content = { ...copyOf(half, properties), topic: half.realTopic, queueId: half.realQueueId }
  return {
    extFields: {
      topic: SystemTopic.TRANSACTION_HALF,
      tranStateTableOffset: String(place.queueOffset),
      commitLogOffset: String(place.physicalOffset),
      msgId: uniqueKey,
      transactionId: uniqueKey,
      offsetMsgId: encodeMessageId(record.storeHost, place.physicalOffset),
      bname: brokerName,
    },
    body: encodeStoredMessage(content, {
      ...place,
      storeTimestamp: record.storeTimestamp,
      storeHost: record.storeHost,
    }),
  }
}

function copyOf({ record }: HalfMessage, properties: ReadonlyMap<string, string>): MessageToStore {
  const { topic, queueId, flag, sysFlag, bornTimestamp, bornHost, reconsumeTimes, body } = record
  return {
    ...{ topic, queueId, flag, sysFlag, bornTimestamp, bornHost, reconsumeTimes, body },
    properties: encodeProperties(properties),
    preparedTransactionOffset: 0,
    tagsCode: tagsCodeOf(properties.get('TAGS') ?? null),
    // Java does not wait. A copy takes the place of a message that is as safe as its producer was told.
    waitStoreMessageOk: true,
    isCopy: true,
  }
}
