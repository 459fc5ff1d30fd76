import type { RetentionRule } from '@rocketmq-ts/store'
import type { TopicTable } from './topic-table'

/** What the attributes of a topic say about how long its messages are kept; null if they say nothing. */
export function retentionOfTopic(topic: string, topics: Pick<TopicTable, 'find'>): RetentionRule | null {
  const attributes = topics.find(topic)?.attributes
  const hours = attributes?.get('retention.hours')
  const bytes = attributes?.get('retention.bytes')
  if (hours === undefined && bytes === undefined) return null
  return { hours: numberOf(hours), bytes: numberOf(bytes) }
}

/** A file may hold what no request could have set: that is no reason to delete anything. */
function numberOf(text: string | undefined): number | null {
  const number = Number(text)
  return Number.isSafeInteger(number) && number > 0 ? number : null
}
