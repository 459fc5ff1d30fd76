import { encodeProperties, MessageSysFlag, parseProperties, readProperty, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageToStore } from '@rocketmq-ts/store'
import { isSystemTopic } from '../topics/topic-validator'

/** What its last attempts left on a dead letter, and would have the next one go wrong. */
const LEFTOVERS = [
  ...['DELAY', 'REAL_TOPIC', 'REAL_QID', 'RECONSUME_TIME', 'MAX_RECONSUME_TIMES', 'POP_CK', '1ST_POP_TIME'],
  ...['TIMER_DELAY_SEC', 'TIMER_DELAY_MS', 'TIMER_DELIVER_MS', 'TIMER_OUT_MS', 'TIMER_ENQUEUE_MS', 'TIMER_DEQUEUE_MS'],
  '__CRC32#',
]

export interface RedriveDestination {
  readonly topic: string
  readonly queueId: number
  /** Of the redrive: what is redriven says so. */
  readonly redriveId: string
}

/** The topic that a dead letter was first sent to; null if it names none of a user. */
export function originTopicOf(letter: StoredMessage): string | null {
  const topic = readProperty(letter.properties, 'RETRY_TOPIC')
  // Anyone can lay a letter there: what it says must not get into the books of timers, pop and transactions.
  return topic === null || isSystemTopic(topic) ? null : topic
}

/**
 * A dead letter as a message again: with its body, keys, tags and unique key, so that its consumers know it, and with
 * all its attempts before it.
 */
export function redrivenMessageOf(letter: StoredMessage, to: RedriveDestination): MessageToStore {
  const properties = parseProperties(letter.properties)
  for (const name of LEFTOVERS) properties.delete(name)
  properties.set('WAIT', 'true').set('DEAD_LETTER_REDRIVE', to.redriveId)
  return {
    topic: to.topic,
    queueId: to.queueId,
    flag: letter.flag,
    sysFlag: letter.sysFlag & ~MessageSysFlag.TRANSACTION_MASK,
    bornTimestamp: letter.bornTimestamp,
    bornHost: letter.bornHost,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: letter.body,
    properties: encodeProperties(properties),
    tagsCode: tagsCodeOf(properties.get('TAGS') ?? null),
    waitStoreMessageOk: true,
    isCopy: true,
  }
}
