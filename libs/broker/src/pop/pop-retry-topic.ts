import { RETRY_TOPIC_PREFIX } from '../topics/topic-names'

export type PopRetrySpelling = 'V1' | 'V2'

const SEPARATORS = { V1: '_', V2: '+' } as const

/** Where messages of `topic` come again that the group popped and did not acknowledge. Source: common/KeyBuilder.java */
export function popRetryTopicOf(topic: string, group: string, spelling: PopRetrySpelling): string {
  return RETRY_TOPIC_PREFIX + group + SEPARATORS[spelling] + topic
}

/** The topic that messages were sent to which the group popped from `topic`. */
export function normalTopicOf(topic: string, group: string): string {
  const prefix = RETRY_TOPIC_PREFIX + group
  if (!topic.startsWith(prefix) || topic === prefix) return topic
  return topic.slice(prefix.length + 1)
}
