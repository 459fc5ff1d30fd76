import { consumerOffsetTableJson, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'

export interface GetAllConsumerOffsetDeps {
  readonly offsets: Pick<ConsumerOffsetTable, 'content'>
}

/** GET_ALL_CONSUMER_OFFSET: what slaves copy. */
export function getAllConsumerOffset({ offsets }: GetAllConsumerOffsetDeps): RequestHandler {
  return request => request.reply(RemotingResponse.success(null, consumerOffsetTableJson.encode(offsets.content())))
}
