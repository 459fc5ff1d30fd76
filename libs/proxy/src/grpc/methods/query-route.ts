import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { QueueData, TopicRouteData } from '@rocketmq-ts/protocol'
import { isReadable, isWritable } from '../../messaging/metadata'
import type { Metadata, TopicMessageType } from '../../messaging/metadata'
import type { UnaryMethod } from '../method'
import { requireEndpoints, requireTopic } from '../names'
import { OK } from '../status'

export interface QueryRouteDeps {
  readonly metadata: Pick<Metadata, 'messageTypeOf' | 'requireRoute'>
}

type Queue = v2.MessageQueue.$Properties

/**
 * QueryRoute: the queues of a topic. Every broker is reached through the proxy, so all of them have the endpoints that the
 * client itself came by. Source: proxy/grpc/v2/route/RouteActivity.java
 */
export function queryRoute({ metadata }: QueryRouteDeps): UnaryMethod<'QueryRoute'> {
  return async ({ topic: resource, endpoints }) => {
    requireEndpoints(endpoints)
    const topic = requireTopic(resource)
    const route = await metadata.requireRoute(topic)
    const accepted = acceptedTypes(await metadata.messageTypeOf(topic))
    const messageQueues = route.queueDatas.flatMap(queueData =>
      brokerIdsOf(route, queueData).flatMap(id =>
        permissionsOf(queueData).map((permission, queueId): Queue => ({
          topic: { resourceNamespace: resource?.resourceNamespace ?? '', name: topic },
          id: queueId,
          permission,
          broker: { name: queueData.brokerName, id, endpoints: endpoints ?? null },
          acceptMessageTypes: accepted,
        })),
      ),
    )
    return { status: OK, messageQueues }
  }
}

function brokerIdsOf(route: TopicRouteData, { brokerName }: QueueData): readonly number[] {
  const ids = route.brokerDatas
    .filter(broker => broker.brokerName === brokerName)
    .flatMap(broker => [...broker.brokerAddrs.keys()])
  return ids.sort((a, b) => a - b)
}

/** By queue id. Those for both come first: so the ids are the brokers' own, and the first is one that Node's client can write to. */
function permissionsOf({ perm, readQueueNums, writeQueueNums }: QueueData): readonly v2.Permission[] {
  const readCount = isReadable(perm) ? readQueueNums : 0
  const writeCount = isWritable(perm) ? writeQueueNums : 0
  const count = Math.max(readCount, writeCount)
  if (count === 0) return Array.from({ length: Math.max(1, readQueueNums, writeQueueNums) }, () => v2.Permission.NONE)
  return Array.from({ length: count }, (_, queueId) => {
    if (queueId >= writeCount) return v2.Permission.READ
    return queueId >= readCount ? v2.Permission.WRITE : v2.Permission.READ_WRITE
  })
}

const acceptedByMixed = [v2.MessageType.NORMAL, v2.MessageType.FIFO, v2.MessageType.DELAY, v2.MessageType.TRANSACTION]

function acceptedTypes(type: TopicMessageType): v2.MessageType[] {
  switch (type) {
    case 'MIXED':
      return acceptedByMixed
    case 'UNSPECIFIED':
      return [v2.MessageType.MESSAGE_TYPE_UNSPECIFIED]
    default:
      return [v2.MessageType[type]]
  }
}
