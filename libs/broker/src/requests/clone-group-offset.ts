import type { Log } from '@rocketmq-ts/base'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { readCloneGroupOffsetHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { TopicTable } from '../topics/topic-table'

export interface CloneGroupOffsetDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly offsets: Pick<ConsumerOffsetTable, 'topicsOf' | 'clone'>
  readonly consumers: Pick<ConsumerTable, 'find'>
  readonly log: Log
}

/**
 * CLONE_GROUP_OFFSET: one group goes on where another is. Topics that are gone, or that the online source group does
 * not subscribe to, are left out. Throws MissingFieldError.
 */
export function cloneGroupOffset({ topics, offsets, consumers, log }: CloneGroupOffsetDeps): RequestHandler {
  return request => {
    const { srcGroup, destGroup, topic, offline } = readCloneGroupOffsetHeader(request.command)
    const subscriptions = offline ? undefined : consumers.find(srcGroup)?.subscriptions
    const wanted = topic === null || topic.trim() === '' ? offsets.topicsOf(srcGroup) : [topic]
    for (const name of wanted) {
      const isUnsubscribed = subscriptions !== undefined && subscriptions.size > 0 && subscriptions.find(name) === null
      if (topics.find(name) === null || isUnsubscribed) {
        log.warn({ topic: name, group: srcGroup }, 'offsets not cloned: topic missing or not subscribed to')
      } else {
        // Java passes the header's topic on, and so clones nothing when none is named.
        offsets.clone({ from: srcGroup, to: destGroup, topic: name })
      }
    }
    request.reply(RemotingResponse.success())
  }
}
