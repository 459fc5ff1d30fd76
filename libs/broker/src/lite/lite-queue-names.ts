/** What follows it is a parent topic, `$` and a lite topic: the light queue that the messages of the lite topic are in. */
const PREFIX = '%LMQ%$'
const SEPARATOR = '$'

export interface LiteTopicName {
  readonly parentTopic: string
  readonly liteTopic: string
}

/** Source: common/lite/LiteUtil.java */
export function liteQueueName(parentTopic: string, liteTopic: string): string {
  return PREFIX + parentTopic + SEPARATOR + liteTopic
}

export function isLiteQueue(name: string): boolean {
  return name.startsWith(PREFIX)
}

/** True for the queues of lite topics of that parent. */
export function isLiteQueueOf(name: string, parentTopic: string): boolean {
  return name.startsWith(PREFIX + parentTopic + SEPARATOR)
}

/** Null for what is no queue of a lite topic. */
export function readLiteQueueName(name: string): LiteTopicName | null {
  if (!isLiteQueue(name)) return null
  const [parentTopic, liteTopic, ...more] = name.slice(PREFIX.length).split(SEPARATOR)
  if (parentTopic === undefined || liteTopic === undefined || more.length > 0) return null
  return parentTopic === '' || liteTopic === '' ? null : { parentTopic, liteTopic }
}
