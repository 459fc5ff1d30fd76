import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { QueueData } from '@rocketmq-ts/protocol'
import { liteParentOf } from '../../messaging/lite/lite-group'
import { isReadable, isWritable } from '../../messaging/metadata'
import type { Metadata } from '../../messaging/metadata'
import { NoQueueError } from '../../messaging/refusals'
import type { UnaryMethod } from '../method'
import { requireEndpoints, requireGroup, requireTopic } from '../names'
import { OK } from '../status'

export interface QueryAssignmentDeps {
  readonly metadata: Pick<Metadata, 'groupConfig' | 'requireRoute'>
}

/** Any queue of the broker: pops share them out. */
const EVERY_QUEUE = -1

/**
 * QueryAssignment: what a push consumer asks for messages of. All members of a group get the same: brokers hand each
 * message to one of them. Source: proxy/grpc/v2/route/RouteActivity.java
 */
export function queryAssignment({ metadata }: QueryAssignmentDeps): UnaryMethod<'QueryAssignment'> {
  return async ({ topic: resource, group, endpoints }) => {
    requireEndpoints(endpoints)
    const topic = requireTopic(resource)
    const groupName = requireGroup(group)
    const { queueDatas, brokerDatas } = await metadata.requireRoute(topic)
    const hasMaster = ({ brokerName }: QueueData): boolean =>
      brokerDatas.some(broker => broker.brokerName === brokerName && broker.brokerAddrs.has(0))
    const readable = queueDatas.filter(queueData => isReadable(queueData.perm) && hasMaster(queueData))
    if (readable.length === 0) throw new NoQueueError(topic, 'readable')
    const groupConfig = await metadata.groupConfig(groupName, topic)
    const isByQueue = groupConfig.consumeMessageOrderly && liteParentOf(groupConfig) === null
    const assignments = readable.flatMap(({ brokerName, readQueueNums, perm }) =>
      (isByQueue ? [...Array(readQueueNums).keys()] : [EVERY_QUEUE]).map(id => ({
        messageQueue: {
          topic: { resourceNamespace: resource?.resourceNamespace ?? '', name: topic },
          id,
          permission: isWritable(perm) ? v2.Permission.READ_WRITE : v2.Permission.READ,
          broker: { name: brokerName, id: 0, endpoints: endpoints ?? null },
        },
      })),
    )
    return { status: OK, assignments }
  }
}
