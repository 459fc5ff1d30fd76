import type { ConsumerTable, ProducerTable } from '@rocketmq-ts/client-housekeeping'
import { readUnregisterClientHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'

export interface UnregisterClientDeps {
  readonly groups: Pick<SubscriptionGroupTable, 'findExisting'>
  readonly producers: Pick<ProducerTable, 'unregister'>
  readonly consumers: Pick<ConsumerTable, 'unregister'>
}

/** UNREGISTER_CLIENT: a client leaves a group. Source: broker/processor/ClientManageProcessor.java */
export function unregisterClient({ groups, producers, consumers }: UnregisterClientDeps): RequestHandler {
  return request => {
    const { producerGroup, consumerGroup } = readUnregisterClientHeader(request.command)
    if (producerGroup !== null) producers.unregister(producerGroup, request.channel)
    if (consumerGroup !== null) {
      const isNotified = groups.findExisting(consumerGroup)?.notifyConsumerIdsChangedEnable ?? true
      consumers.unregister(consumerGroup, request.channel, isNotified)
    }
    request.reply(RemotingResponse.success({}))
  }
}
