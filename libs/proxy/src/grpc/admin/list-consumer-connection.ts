import type { ConsumerGroups } from '../../messaging/consumer-groups'
import type { ConnectedClients } from '../../settings/connected-clients'
import { requireGroup, requireTopic } from '../names'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'
import { clientInfosOf } from './client-infos'
import { isGiven } from './list-subscription'
import { notByLiteTopic } from './not-by-lite-topic'

export interface ListConsumerConnectionDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'online'>
  readonly clients: Pick<ConnectedClients, 'find'>
}

/** ListConsumerConnection: who is connected, whichever way it came; with a topic: if the group subscribes to it. */
export function listConsumerConnection(deps: ListConsumerConnectionDeps): AdminMethod<'ListConsumerConnection'> {
  return async ({ group, topic: topicResource, liteTopic }) => {
    if ((liteTopic ?? '') !== '') throw notByLiteTopic()
    const topic = isGiven(topicResource) ? requireTopic(topicResource) : null
    const places = await deps.consumerGroups.online(requireGroup(group))
    const wanted = places.filter(({ subscriptionTable }) => topic === null || subscriptionTable.has(topic))
    return { status: OK, clientInfo: [...clientInfosOf(wanted, deps.clients)] }
  }
}
