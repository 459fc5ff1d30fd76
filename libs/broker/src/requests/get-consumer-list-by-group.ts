import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import {
  consumerIdListJson,
  readGetConsumerListByGroupHeader,
  RemotingResponse,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'

export interface GetConsumerListByGroupDeps {
  readonly consumers: Pick<ConsumerTable, 'find'>
}

/**
 * GET_CONSUMER_LIST_BY_GROUP: who shares the queues, once per connection. A group without members is an error with code
 * 1: clients keep their queues on it. Source: broker/processor/ConsumerManageProcessor.java
 */
export function getConsumerListByGroup({ consumers }: GetConsumerListByGroupDeps): RequestHandler {
  return request => {
    const { consumerGroup } = readGetConsumerListByGroupHeader(request.command)
    const consumerIdList =
      consumers
        .find(consumerGroup)
        ?.members()
        .map(({ clientId }) => clientId) ?? []
    if (consumerIdList.length === 0) {
      const remark = `no consumer for this group, ${consumerGroup}`
      request.reply(RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, remark))
    } else {
      request.reply(RemotingResponse.success({}, consumerIdListJson.encode({ consumerIdList })))
    }
  }
}
