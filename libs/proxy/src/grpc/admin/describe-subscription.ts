import { RocketmqError } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { timestampOfMs } from '@rocketmq-ts/protocol/grpc'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import type { SubscriptionData } from '@rocketmq-ts/protocol'
import type { ConsumerGroups, OnlineGroup } from '../../messaging/consumer-groups'
import type { ConnectedClients } from '../../settings/connected-clients'
import { requireGroup, requireTopic } from '../names'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'
import { clientInfosOf } from './client-infos'
import { isGiven } from './list-subscription'
import { expressionText, filterOf, isShown } from './subscription-infos'

export interface DescribeSubscriptionDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'online' | 'runningInfo'>
  readonly clients: Pick<ConnectedClients, 'find'>
  readonly log: Log
}

interface Told {
  readonly client: v2.ClientInfo.$Properties
  readonly subscriptions: readonly SubscriptionData[]
}

/**
 * DescribeSubscription: what every client of a group subscribes to, as it says itself, and whether all say the same. One that
 * does not answer is taken to subscribe to what its group does.
 */
export function describeSubscription(deps: DescribeSubscriptionDeps): AdminMethod<'DescribeSubscription'> {
  return async ({ group: groupResource, topic: topicResource }) => {
    const group = requireGroup(groupResource)
    const topic = isGiven(topicResource) ? requireTopic(topicResource) : null
    const places = await deps.consumerGroups.online(group)
    const told: Told[] = []
    for (const client of clientInfosOf(places, deps.clients)) {
      const subscriptions = await askSubscriptions(group, client.clientId ?? '', deps)
      told.push({ client, subscriptions: subscriptions ?? subscriptionsAt(places) })
    }
    const clientSubscriptionInfo = told.flatMap(({ client, subscriptions }) =>
      subscriptions
        .filter(one => isShown(one.topic) && (topic === null || one.topic === topic))
        .map(one => ({ clientInfo: client, subscriptionInfo: infoOf(group, one, client, told) })),
    )
    return { status: OK, clientSubscriptionInfo }
  }
}

async function askSubscriptions(
  group: string,
  clientId: string,
  { consumerGroups, log }: DescribeSubscriptionDeps,
): Promise<readonly SubscriptionData[] | null> {
  try {
    return (await consumerGroups.runningInfo({ group, clientId }, false)).subscriptionSet
  } catch (error) {
    if (!(error instanceof RocketmqError)) throw error
    log.debug({ err: error, group, clientId }, 'a consumer does not say what it subscribes to')
    return null
  }
}

function subscriptionsAt(places: readonly OnlineGroup[]): readonly SubscriptionData[] {
  return [...new Map(places.flatMap(({ subscriptionTable }) => [...subscriptionTable])).values()]
}

function infoOf(
  group: string,
  subscription: SubscriptionData,
  { messageModel }: v2.ClientInfo.$Properties,
  told: readonly Told[],
): v2.SubscriptionInfo.$Properties {
  const { topic, subVersion } = subscription
  const isSame = ({ subscriptions }: Told): boolean => {
    const other = subscriptions.find(one => one.topic === topic)
    return other !== undefined && expressionText(other) === expressionText(subscription)
  }
  return {
    group: { name: group },
    topic: { name: topic },
    expression: filterOf(subscription),
    online: true,
    ...(subVersion === 0 ? {} : { lastUpdateTimestamp: timestampOfMs(subVersion) }),
    ...(messageModel === undefined ? {} : { messageModel }),
    subscriptionConsistency: told.every(isSame),
  }
}
