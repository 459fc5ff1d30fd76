import { v2 } from '@rocketmq-ts/protocol/grpc'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError } from '../status'
import type { AdminMethod } from './admin-method'

/** DeleteSubscription: refused. To brokers a subscription is what a connected client says it is. */
export function deleteSubscription(): AdminMethod<'DeleteSubscription'> {
  return ({ topic, group }) => {
    const text =
      `brokers cannot forget that group ${requireGroup(group)} subscribes to ${requireTopic(topic)}: ` +
      'its consumers say so with each heartbeat. Change them, or delete the group as a whole when they are gone'
    throw new InvalidRequestError(v2.Code.UNSUPPORTED, text)
  }
}
