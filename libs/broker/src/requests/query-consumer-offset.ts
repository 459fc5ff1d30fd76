import { readQueryConsumerOffsetHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { QueryConsumerOffsetHeader } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'

export interface QueryConsumerOffsetDeps {
  readonly offsets: Pick<ConsumerOffsetTable, 'query'>
  readonly store: Pick<MessageStore, 'isInMemory' | 'minOffset'>
}

/**
 * QUERY_CONSUMER_OFFSET. A new group begins at 0 if the queue is so short that all of it is in memory; otherwise it is
 * told QUERY_NOT_FOUND, on which its client decides where to begin (any other error makes it ask again).
 * Source: broker/processor/ConsumerManageProcessor.java
 */
export function queryConsumerOffset(deps: QueryConsumerOffsetDeps): RequestHandler {
  return request => {
    const header = readQueryConsumerOffsetHeader(request.command)
    const offset = deps.offsets.query(header.consumerGroup, header.topic, header.queueId)
    if (offset >= 0) request.reply(RemotingResponse.success({ offset: String(offset) }))
    else request.reply(answerToNewGroup(header, deps.store))
  }
}

function answerToNewGroup(
  { topic, queueId, setZeroIfNotFound }: QueryConsumerOffsetHeader,
  store: QueryConsumerOffsetDeps['store'],
): RemotingResponse {
  if (setZeroIfNotFound === false) return notFound('Not found, do not set to zero, maybe this group boot first')
  if (store.minOffset(topic, queueId) <= 0 && store.isInMemory(topic, queueId, 0)) {
    return RemotingResponse.success({ offset: '0' })
  }
  return notFound('Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first')
}

function notFound(remark: string): RemotingResponse {
  return RemotingResponse.refusal(ResponseCode.QUERY_NOT_FOUND, remark)
}
