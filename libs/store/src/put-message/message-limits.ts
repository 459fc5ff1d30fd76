import { BLANK_BYTES } from '../commit-log/commit-log'
import { BATCH_MESSAGE_COUNT_MAX } from '../consume-queue/batch-consume-queue-entry'
import type { ConsumeQueue } from '../consume-queue/consume-queue-store'
import { isTopicName } from '../consume-queue/dispatch-rules'
import type { MessageStoreConfig } from '../message-store-config'
import type { MessageToStore, PutMessageStatus } from '../message-store'

/** What a record may have beyond its body: topic, properties, fixed fields. */
const BESIDES_BODY_BYTES_MAX = 64 * 1024
const PROPERTIES_BYTES_MAX = 32_767
const RETRY_TOPIC_BYTES_MAX = 255
const RETRY_PREFIX = '%RETRY%'

/** Why a put is refused. */
export interface Refusal {
  readonly status: PutMessageStatus
  readonly reason: string
}

function illegal(reason: string): Refusal {
  return { status: 'MESSAGE_ILLEGAL', reason }
}

/** Null if the topic may be stored. Source: store/hook/PutMessageHook.java, broker/util/HookUtils.java */
export function refuseTopic(topic: string, config: MessageStoreConfig): Refusal | null {
  if (!isTopicName(topic)) return illegal('the topic is no name')
  const topicBytes = Buffer.byteLength(topic)
  if (topicBytes > RETRY_TOPIC_BYTES_MAX)
    return illegal(`topic of ${topicBytes} bytes, at most ${RETRY_TOPIC_BYTES_MAX}`)
  if (topicBytes > config.maxTopicLength && !(topic.startsWith(RETRY_PREFIX) && config.autoMessageVersionOnTopicLen)) {
    return illegal(`topic of ${topicBytes} bytes, at most ${config.maxTopicLength}`)
  }
  return null
}

type Sized = Pick<MessageToStore, 'body' | 'isCopy'>

/** Null if a body of that size may be stored: `maxMessageSize` is for what comes, and not for what waits here. */
export function refuseBody({ body, isCopy }: Sized, { maxMessageSize }: MessageStoreConfig): Refusal | null {
  if (body.length <= maxMessageSize || isCopy === true) return null
  return illegal(`body of ${body.length} bytes, maxMessageSize is ${maxMessageSize}`)
}

export function refuseProperties(propertiesBytes: number): Refusal | null {
  if (propertiesBytes <= PROPERTIES_BYTES_MAX) return null
  return {
    status: 'PROPERTIES_SIZE_EXCEEDED',
    reason: `properties of ${propertiesBytes} bytes, at most ${PROPERTIES_BYTES_MAX}`,
  }
}

/** Null if a record of that many messages may be put into the queue. Source: broker/util/HookUtils.java (checkInnerBatch) */
export function refuseInnerBatch(messageCount: number, queue: Pick<ConsumeQueue, 'isOfBatches'>): Refusal | null {
  if (queue.isOfBatches !== true) return illegal('several messages in one record, and queue.type is not BatchCQ')
  if (messageCount > 0) return null
  return illegal(`several messages in one record, and INNER_NUM does not say how many: 1 to ${BATCH_MESSAGE_COUNT_MAX}`)
}

/**
 * Null if records of that size, a batch together, may be stored. Java acknowledges a record larger than a CommitLog
 * file and loses it.
 */
export function refuseRecord(recordBytes: number, { isCopy }: Sized, config: MessageStoreConfig): Refusal | null {
  const fileBytes = config.mappedFileSizeCommitLog
  if (recordBytes + BLANK_BYTES > fileBytes) {
    return illegal(`record of ${recordBytes} bytes, mappedFileSizeCommitLog is ${fileBytes}`)
  }
  const bytesMax = config.maxMessageSize + BESIDES_BODY_BYTES_MAX
  if (recordBytes <= bytesMax || isCopy === true) return null
  return illegal(`record of ${recordBytes} bytes, at most ${bytesMax}`)
}
