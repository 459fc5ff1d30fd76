import { msOfTimestamp, v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConsumerGroups } from '../../messaging/consumer-groups'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'
import type { AdminMethod } from './admin-method'

export interface ResetGroupOffsetDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'reset'>
}

/** ResetGroupOffset: the group goes on at what was stored at that time, back or ahead. */
export function resetGroupOffset({ consumerGroups }: ResetGroupOffsetDeps): AdminMethod<'ResetGroupOffset'> {
  return async ({ group, topic, resetTimestamp }) => {
    const timestamp = msOfTimestamp(resetTimestamp)
    if (timestamp === null) throw new InvalidRequestError(v2.Code.BAD_REQUEST, 'say the time: reset_timestamp')
    await consumerGroups.reset(requireGroup(group), requireTopic(topic), timestamp)
    return { status: OK }
  }
}
