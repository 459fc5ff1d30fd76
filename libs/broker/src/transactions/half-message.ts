import { parseProperties } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'

/** Where one copy of a half message lies: its number in the half queue, and its place in the CommitLog. */
export interface HalfPlace {
  readonly queueOffset: number
  readonly physicalOffset: number
}

/**
 * A message of the half topic: it waits for its producer to say whether it is to be seen. Checks put it there again and
 * again, so that one transaction has several copies; the newest counts.
 */
export interface HalfMessage {
  readonly record: StoredMessage
  readonly properties: ReadonlyMap<string, string>
  readonly realTopic: string
  readonly realQueueId: number
  readonly producerGroup: string
  readonly uniqueKey: string
  /** How often its producer was asked. */
  readonly checkCount: number
  /** The broker put it here: it is not the message that the producer sent. */
  readonly isCopy: boolean
  /** Of the message that it is a copy of, put back while it must not be checked; else null. */
  readonly preparedQueueOffset: number | null
  /** CHECK_IMMUNITY_TIME_IN_SECONDS as it stands; null without it. */
  readonly immunityText: string | null
}

/** Null for a record that no producer can end: a stray on the half topic. */
export function halfMessageOf(record: StoredMessage): HalfMessage | null {
  const properties = parseProperties(record.properties)
  const realTopic = properties.get('REAL_TOPIC')
  const realQueueId = wholeNumberIn(properties.get('REAL_QID'))
  const producerGroup = properties.get('PGROUP')
  const uniqueKey = properties.get('UNIQ_KEY')
  if (realTopic === undefined || realQueueId === null || producerGroup === undefined || uniqueKey === undefined) {
    return null
  }
  const checkCount = wholeNumberIn(properties.get('TRANSACTION_CHECK_TIMES'))
  const preparedQueueOffset = wholeNumberIn(properties.get('TRAN_PREPARED_QUEUE_OFFSET'))
  return {
    ...{ record, properties, realTopic, realQueueId, producerGroup, uniqueKey, preparedQueueOffset },
    checkCount: checkCount ?? 0,
    isCopy: checkCount !== null || preparedQueueOffset !== null,
    immunityText: properties.get('CHECK_IMMUNITY_TIME_IN_SECONDS') ?? null,
  }
}

/** The same for all copies of a half message: what the producer sent does not change. */
export function identityOf({ uniqueKey, record }: Pick<HalfMessage, 'uniqueKey' | 'record'>): string {
  return `${uniqueKey} ${record.bornTimestamp} ${record.bornHost.toString('latin1')}`
}

/**
 * How long a producer must not be asked. Java asks after exactly that time, but takes the producer's own word for it no
 * shorter than `transactionTimeOut`.
 */
export function immunityMsOf(immunityText: string, timeOutMs: number): number {
  const seconds = /^[+-]?\d+$/.test(immunityText) ? Number(immunityText) : -1
  return seconds === -1 ? timeOutMs : seconds * 1000
}

function wholeNumberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}
