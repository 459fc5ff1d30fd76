import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { Metadata } from '../../messaging/metadata'
import { requireTopic } from '../names'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'

export interface DescribeTopicStatusDeps {
  readonly metadata: Pick<Metadata, 'messageTypeOf' | 'requireRoute'>
}

/** DescribeTopicStatus: what a topic is for and where it is. Brokers do not keep when it was made. */
export function describeTopicStatus({ metadata }: DescribeTopicStatusDeps): AdminMethod<'DescribeTopicStatus'> {
  return async ({ topic: resource }) => {
    const topic = requireTopic(resource)
    const { queueDatas } = await metadata.requireRoute(topic)
    const type = await metadata.messageTypeOf(topic)
    const places = queueDatas.map(
      ({ brokerName, readQueueNums, writeQueueNums }) =>
        `${brokerName}: ${readQueueNums} to read, ${writeQueueNums} to write`,
    )
    const isOfOneType = type !== 'MIXED' && type !== 'UNSPECIFIED'
    return {
      status: OK,
      topicMessageType: isOfOneType ? v2.MessageType[type] : v2.MessageType.MESSAGE_TYPE_UNSPECIFIED,
      description: `queues of ${places.join('; ')}`,
      tags: { 'message.type': type },
    }
  }
}
