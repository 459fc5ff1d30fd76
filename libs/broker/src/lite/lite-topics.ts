import type { MessageStore } from '@rocketmq-ts/store'
import type { TopicTable } from '../topics/topic-table'
import { isLiteQueueOf } from './lite-queue-names'

const MINUTE_MS = 60_000

export interface LiteTopicsDeps {
  readonly topics: Pick<TopicTable, 'find' | 'all'>
  readonly store: Pick<MessageStore, 'topics'>
}

/** What the attributes of parent topics say, and which lite topics they have. */
export class LiteTopics {
  constructor(private readonly deps: LiteTopicsDeps) {}

  /** True of a topic that may have lite topics. */
  isParent(topic: string): boolean {
    return this.deps.topics.find(topic)?.attributes.get('message.type') === 'LITE'
  }

  /** Minutes without a message after which a lite topic of that parent is deleted; not positive: it never is. */
  expirationMinutes(parentTopic: string): number {
    const text = this.isParent(parentTopic)
      ? this.deps.topics.find(parentTopic)?.attributes.get('lite.topic.expiration')
      : '-1'
    const minutes = Number(text ?? -1)
    return Number.isSafeInteger(minutes) ? minutes : -1
  }

  /** The same in ms; null: never. In Java's 32 bits what is longer than 35 791 minutes is none, and deletes at once. */
  expirationMs(parentTopic: string): number | null {
    const minutes = this.expirationMinutes(parentTopic)
    return minutes > 0 ? minutes * MINUTE_MS : null
  }

  /** Those that there are. */
  parents(): readonly string[] {
    return [...this.deps.topics.all().keys()].filter(topic => this.isParent(topic))
  }

  /** The queues of the lite topics of a parent. */
  queuesOf(parentTopic: string): readonly string[] {
    return this.deps.store.topics().filter(name => isLiteQueueOf(name, parentTopic))
  }
}
