import type { SubscriptionData } from '@rocketmq-ts/protocol'
import type { Connection } from '../connection'
import { connectionOf } from '../connection'
import type { ConsumeManner, ConsumerGroupInfo } from './consumer-group-info'

/** Body of GET_CONSUMER_CONNECTION_LIST. Source: remoting/protocol/body/ConsumerConnection.java */
export interface ConsumerConnection extends ConsumeManner {
  readonly connectionSet: readonly Connection[]
  readonly subscriptionTable: Readonly<Record<string, SubscriptionData>>
}

export function consumerConnectionOf(group: ConsumerGroupInfo): ConsumerConnection {
  const { consumeFromWhere, consumeType, messageModel } = group.manner
  return {
    connectionSet: group.members().map(connectionOf),
    consumeFromWhere,
    consumeType,
    messageModel,
    subscriptionTable: Object.fromEntries(group.subscriptions.all().map(one => [one.topic, one])),
  }
}
