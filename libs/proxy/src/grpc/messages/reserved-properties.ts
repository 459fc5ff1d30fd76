/** Names that brokers give a meaning to: users may not set them, and do not see them. Source: common/message/MessageConst.java */
export const reservedProperties: ReadonlySet<string> = new Set([
  ...['TRACE_ON', 'MSG_REGION', 'KEYS', 'TAGS', 'WAIT', 'DELAY', 'RETRY_TOPIC', 'REAL_TOPIC', 'REAL_QID', 'TRAN_MSG'],
  ...['PGROUP', 'MIN_OFFSET', 'MAX_OFFSET', 'BUYER_ID', 'ORIGIN_MESSAGE_ID', 'TRANSFER_FLAG', 'CORRECTION_FLAG'],
  ...['MQ2_FLAG', 'RECONSUME_TIME', 'UNIQ_KEY', 'MAX_RECONSUME_TIMES', 'CONSUME_START_TIME', 'POP_CK', 'POP_CK_OFFSET'],
  ...['1ST_POP_TIME', 'TRAN_PREPARED_QUEUE_OFFSET', 'DUP_INFO', 'EXTEND_UNIQ_INFO', 'INSTANCE_ID', 'CORRELATION_ID'],
  ...['REPLY_TO_CLIENT', 'TTL', 'ARRIVE_TIME', 'PUSH_REPLY_TIME', 'CLUSTER', 'MSG_TYPE', 'INNER_MULTI_QUEUE_OFFSET'],
  ...['TIMER_DELAY_MS', 'TIMER_DELAY_SEC', 'TIMER_DELIVER_MS', 'TIMER_ENQUEUE_MS', 'TIMER_DEQUEUE_MS'],
  ...['TIMER_ROLL_TIMES', 'TIMER_OUT_MS', 'TIMER_DEL_UNIQKEY', 'TIMER_DELAY_LEVEL', '__BORNHOST', 'BORN_TIMESTAMP'],
  ...['DLQ_ORIGIN_TOPIC', 'DLQ_ORIGIN_MESSAGE_ID', '__CRC32#', '__LITE_TOPIC', '_SYS_MSG_PRIORITY_', 'ORIGIN_GROUP'],
])

/** Java lets users set these, to no good, and shows them: here neither. */
export const innerProperties: ReadonlySet<string> = new Set(['__SHARDINGKEY', 'INNER_MULTI_DISPATCH'])

/** Seen beside the properties of the user by Java's clients, though no user set them: here they are not. */
export const hiddenProperties: ReadonlySet<string> = new Set([
  ...innerProperties,
  ...['TRACE_CONTEXT', '__transactionId__', 'TRANSACTION_CHECK_TIMES', 'CHECK_IMMUNITY_TIME_IN_SECONDS'],
])
