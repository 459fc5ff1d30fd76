import { isTopicName, SCHEDULE_TOPIC } from '../consume-queue/dispatch-rules'

/** Of a queue that has messages of other topics. */
export const LIGHT_QUEUE_PREFIX = '%LMQ%'
/** A light queue is queue 0 of the topic of its name. */
export const LIGHT_QUEUE_ID = 0

const SEPARATOR = ','
/** A queue has a folder of its name. */
const LIGHT_QUEUE_NAME_BYTES_MAX = 255

/** Topics whose messages wait for something, or have had their chance: they are in no further queue. Source: common/MixAll.java (topicAllowsLMQ) */
const CLOSED_PREFIXES = ['%RETRY%', '%DLQ%', 'rmq_sys_', 'RMQ_SYS_']

export function isLightQueueName(name: string): boolean {
  return name.startsWith(LIGHT_QUEUE_PREFIX)
}

/** True if a queue may have that name. */
export function isPossibleLightQueue(name: string): boolean {
  return isTopicName(name) && Buffer.byteLength(name) <= LIGHT_QUEUE_NAME_BYTES_MAX
}

/** What the property INNER_MULTI_DISPATCH or INNER_MULTI_QUEUE_OFFSET has in it. */
export function listedIn(value: string): readonly string[] {
  return value.split(SEPARATOR)
}

export function listOf(values: readonly string[]): string {
  return values.join(SEPARATOR)
}

/** True if messages of the topic may be in further queues. */
export function mayBeInLightQueues(topic: string): boolean {
  return topic !== SCHEDULE_TOPIC && !CLOSED_PREFIXES.some(prefix => topic.startsWith(prefix))
}
