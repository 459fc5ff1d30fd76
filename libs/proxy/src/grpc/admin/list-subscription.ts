import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConsumerGroups } from '../../messaging/consumer-groups'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'
import type { AdminMethod } from './admin-method'
import { subscriptionsOf } from './subscription-infos'

export interface ListSubscriptionDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'groupsOf' | 'online' | 'topicsOf'>
}

/** ListSubscription: of a group, of a topic, or of both. */
export function listSubscription({ consumerGroups }: ListSubscriptionDeps): AdminMethod<'ListSubscription'> {
  return async ({ topic: topicResource, group: groupResource }) => {
    const topic = isGiven(topicResource) ? requireTopic(topicResource) : null
    if (!isGiven(groupResource) && topic === null) {
      throw new InvalidRequestError(v2.Code.BAD_REQUEST, 'name a topic, a group or both')
    }
    const groups = isGiven(groupResource) ? [requireGroup(groupResource)] : await consumerGroups.groupsOf(topic ?? '')
    const subscriptionInfo: v2.SubscriptionInfo.$Properties[] = []
    for (const group of groups) subscriptionInfo.push(...(await subscriptionsOf(group, topic, consumerGroups)))
    return { status: OK, subscriptionInfo }
  }
}

/** Optional in the contract; some write an empty one. */
export function isGiven(resource: v2.Resource.$Properties | null | undefined): boolean {
  return (resource?.name ?? '') !== ''
}
