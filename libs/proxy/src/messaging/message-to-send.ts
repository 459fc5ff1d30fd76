import type { TopicMessageType } from './metadata'

/** A message on its way to a broker. */
export interface MessageToSend {
  readonly topic: string
  readonly body: Buffer
  /** As brokers know them: UNIQ_KEY, TAGS, KEYS, … and those of the user. */
  readonly properties: ReadonlyMap<string, string>
  /** Bits of MessageSysFlag. */
  readonly sysFlag: number
  readonly bornTimestamp: number
}

export const MessageProperty = {
  UNIQUE_ID: 'UNIQ_KEY',
  TAGS: 'TAGS',
  KEYS: 'KEYS',
  GROUP: '__SHARDINGKEY',
  TRANSACTION_PREPARED: 'TRAN_MSG',
  TRANSACTION_IMMUNITY_SECONDS: 'CHECK_IMMUNITY_TIME_IN_SECONDS',
  DELIVER_AT_MS: 'TIMER_DELIVER_MS',
  DELAY_MS: 'TIMER_DELAY_MS',
  DELAY_SECONDS: 'TIMER_DELAY_SEC',
  DELAY_LEVEL: 'DELAY',
  PRODUCER_GROUP: 'PGROUP',
  RECONSUME_TIMES: 'RECONSUME_TIME',
  TRACE_CONTEXT: 'TRACE_CONTEXT',
  BORN_HOST: '__BORNHOST',
  BORN_TIMESTAMP: 'BORN_TIMESTAMP',
  LITE_TOPIC: '__LITE_TOPIC',
  PRIORITY: '_SYS_MSG_PRIORITY_',
  MULTI_DISPATCH: 'INNER_MULTI_DISPATCH',
  MULTI_QUEUE_OFFSET: 'INNER_MULTI_QUEUE_OFFSET',
  POP_CHECK: 'POP_CK',
  FIRST_POP_TIME: '1ST_POP_TIME',
  TRANSFERRED: 'TRANSFER_FLAG',
  RETRY_TOPIC: 'RETRY_TOPIC',
  DEAD_LETTER_TOPIC: 'DLQ_ORIGIN_TOPIC',
  DEAD_LETTER_MESSAGE_ID: 'DLQ_ORIGIN_MESSAGE_ID',
} as const

/** What a message is, told from its properties. Source: common/attribute/TopicMessageType.java */
export function messageTypeOf(properties: ReadonlyMap<string, string>): TopicMessageType {
  if (properties.get(MessageProperty.TRANSACTION_PREPARED)?.toLowerCase() === 'true') return 'TRANSACTION'
  const { DELAY_LEVEL, DELIVER_AT_MS, DELAY_SECONDS, DELAY_MS } = MessageProperty
  if ([DELAY_LEVEL, DELIVER_AT_MS, DELAY_SECONDS, DELAY_MS].some(name => properties.has(name))) return 'DELAY'
  if (properties.has(MessageProperty.GROUP)) return 'FIFO'
  if (properties.has(MessageProperty.PRIORITY)) return 'PRIORITY'
  if (properties.has(MessageProperty.LITE_TOPIC)) return 'LITE'
  return 'NORMAL'
}
