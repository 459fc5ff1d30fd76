import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { readQuerySubscriptionByConsumerHeader, RemotingResponse, subscriptionQueryJson } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'

export interface QuerySubscriptionByConsumerDeps {
  readonly consumers: Pick<ConsumerTable, 'findSubscription'>
}

/** QUERY_SUBSCRIPTION_BY_CONSUMER: null when the group does not subscribe to the topic. Throws MissingFieldError. */
export function querySubscriptionByConsumer({ consumers }: QuerySubscriptionByConsumerDeps): RequestHandler {
  return request => {
    const { group, topic } = readQuerySubscriptionByConsumerHeader(request.command)
    const subscriptionData = topic === null ? null : consumers.findSubscription(group, topic)
    request.reply(RemotingResponse.success(null, subscriptionQueryJson.encode({ group, subscriptionData, topic })))
  }
}
