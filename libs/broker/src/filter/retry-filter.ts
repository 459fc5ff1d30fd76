import { readProperty, readStoredMessage } from '@rocketmq-ts/protocol'
import type { MessageFilter } from '@rocketmq-ts/store'
import { groupOfRetryTopic } from '../topics/topic-names'
import type { ConsumerFilterTable } from './consumer-filter-table'

/**
 * Judges what a group's retry topic has by the expression that the group has for the topic where the message came from;
 * one that comes from where the group has none is taken. Source: broker/filter/ExpressionForRetryMessageFilter.java
 */
export class RetryFilter implements MessageFilter {
  private readonly group: string

  constructor(
    retryTopic: string,
    private readonly consumerFilters: Pick<ConsumerFilterTable, 'find'>,
  ) {
    this.group = groupOfRetryTopic(retryTopic)
  }

  matchesTagsCode(): boolean {
    return true
  }

  readonly matchesRecord = (record: Buffer): boolean => {
    const topic = readProperty(readStoredMessage(record, 0).properties, 'RETRY_TOPIC')
    const data = topic === null ? null : this.consumerFilters.find(this.group, topic)
    return data === null || data.filter.matchesRecord(record)
  }
}
