import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { groupListJson, readQueryTopicConsumeByWhoHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'

export interface QueryTopicConsumeByWhoDeps {
  readonly consumers: Pick<ConsumerTable, 'groupsSubscribedTo'>
  readonly offsets: Pick<ConsumerOffsetTable, 'groupsOf'>
}

/** QUERY_TOPIC_CONSUME_BY_WHO: groups that are online for the topic or have offsets in it. Throws MissingFieldError. */
export function queryTopicConsumeByWho({ consumers, offsets }: QueryTopicConsumeByWhoDeps): RequestHandler {
  return request => {
    const { topic } = readQueryTopicConsumeByWhoHeader(request.command)
    const groupList = [...new Set([...consumers.groupsSubscribedTo(topic), ...offsets.groupsOf(topic)])]
    request.reply(RemotingResponse.success(null, groupListJson.encode({ groupList })))
  }
}
