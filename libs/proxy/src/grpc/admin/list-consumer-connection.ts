import type { ConsumerGroups } from '../../messaging/consumer-groups'
import type { LiteTopics } from '../../messaging/lite/lite-topics'
import type { ConnectedClients } from '../../settings/connected-clients'
import { requireGroup, requireTopic } from '../names'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'
import { clientInfosOf } from './client-infos'
import { isGiven } from './list-subscription'

export interface ListConsumerConnectionDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'online'>
  readonly liteTopics: Pick<LiteTopics, 'parentOf' | 'subscribersOf'>
  readonly clients: Pick<ConnectedClients, 'find'>
}

/**
 * ListConsumerConnection: who is connected, whichever way it came; with a topic: if the group subscribes to it; with a lite
 * topic: who of them subscribes to that.
 */
export function listConsumerConnection(deps: ListConsumerConnectionDeps): AdminMethod<'ListConsumerConnection'> {
  return async ({ group: groupResource, topic: topicResource, liteTopic }) => {
    const group = requireGroup(groupResource)
    const topic = isGiven(topicResource) ? requireTopic(topicResource) : null
    const places = await deps.consumerGroups.online(group)
    const wanted = places.filter(({ subscriptionTable }) => topic === null || subscriptionTable.has(topic))
    const clients = [...clientInfosOf(wanted, deps.clients)]
    if ((liteTopic ?? '') === '') return { status: OK, clientInfo: clients }
    const parentTopic = topic ?? (await deps.liteTopics.parentOf(group))
    const subscribers = await deps.liteTopics.subscribersOf(group, { parentTopic, liteTopic: liteTopic ?? '' })
    const clientInfo = clients.filter(({ clientId }) => subscribers === 'all' || subscribers.has(clientId ?? ''))
    return { status: OK, clientInfo }
  }
}
