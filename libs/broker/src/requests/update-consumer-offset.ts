import { readUpdateConsumerOffsetHeader, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TopicTable } from '../topics/topic-table'

export interface UpdateConsumerOffsetDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'findExisting'>
  readonly offsets: Pick<ConsumerOffsetTable, 'commit' | 'pendingReset'>
}

const COMMITTED = RemotingResponse.success({})
const RESET_BEFORE = new RemotingResponse({
  code: ResponseCode.SUCCESS,
  remark: 'Offset has been previously reset',
  extFields: {},
})

/**
 * UPDATE_CONSUMER_OFFSET, from most clients oneway. Offsets may go backwards, and to queues that do not exist; groups
 * are not made for it. While a reset is pending it is ignored. Source: broker/processor/ConsumerManageProcessor.java
 */
export function updateConsumerOffset(deps: UpdateConsumerOffsetDeps): RequestHandler {
  return request => request.reply(answerTo(request.command, deps))
}

function answerTo(command: IncomingCommand, { topics, groups, offsets }: UpdateConsumerOffsetDeps): RemotingResponse {
  const { consumerGroup: group, topic, queueId, commitOffset: offset } = readUpdateConsumerOffsetHeader(command)
  if (groups.findExisting(group) === null) {
    return RemotingResponse.refusal(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, `Group ${group} not exist!`)
  }
  if (topics.find(topic) === null) {
    return RemotingResponse.refusal(ResponseCode.TOPIC_NOT_EXIST, `Topic ${topic} not exist!`)
  }
  if (queueId === null) {
    return RemotingResponse.refusal(ResponseCode.INVALID_PARAMETER, `QueueId is null, topic is ${topic}`)
  }
  if (offset === null) {
    return RemotingResponse.refusal(ResponseCode.INVALID_PARAMETER, `Offset is null, topic is ${topic}`)
  }
  if (offsets.pendingReset(group, topic, queueId) !== null) return RESET_BEFORE
  offsets.commit({ group, topic, queueId, offset })
  return COMMITTED
}
