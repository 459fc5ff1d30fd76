import type { ConsumerConnection } from '@rocketmq-ts/protocol'
import { connectionOf } from '../connection'
import type { ConsumerGroupInfo } from './consumer-group-info'

/** Body of GET_CONSUMER_CONNECTION_LIST: who is in the group, and what it consumes how. */
export function consumerConnectionOf(group: ConsumerGroupInfo): ConsumerConnection {
  const { consumeFromWhere, consumeType, messageModel } = group.manner
  return {
    connectionSet: group.members().map(connectionOf),
    consumeFromWhere,
    consumeType,
    messageModel,
    subscriptionTable: new Map(group.subscriptions.all().map(subscription => [subscription.topic, subscription])),
  }
}
